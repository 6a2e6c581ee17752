//! Sheets: a table of text cells, as CSV files hold it. What the cells mean is not known here.
//!
//! Written with `;` and CRLF, as Zou writes them. Read with `;` or `,`, with or without a byte order mark. What
//! [`Sheet::write`] wrote, [`Sheet::parse`] reads as it was, cell by cell.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, which may send what stands in
//! other cells somewhere. Such a cell gets a `'` in front when it is written and loses it when it is read; so
//! does one that has such quotes already, and so nothing is lost. Plain numbers are left alone.

use std::collections::HashSet;

use csv::{ReaderBuilder, Terminator, WriterBuilder};

use crate::text::fold;
use crate::{Error, FieldError, Result, fail_if_any};

/// Rows of a sheet that is read, at most.
pub const ROWS_MAX: usize = 5_000;

const BYTE_ORDER_MARK: char = '\u{feff}';
/// A row put after the last one: when it is not found again, a quote was left open.
const END: &str = "\u{0}end";

/// A table of text: named columns, and rows that all have a cell for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows below them.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet counts: the columns' names stand in row 1.
    pub number: usize,
    /// A cell for each column.
    pub cells: Vec<String>,
}

impl Row {
    /// What is wrong with the cell in a column.
    pub fn wrong(&self, column: &str, message: impl Into<String>) -> FieldError {
        FieldError::new(format!("row {}: {column}", self.number), message)
    }
}

impl Sheet {
    /// A sheet of these columns and cells.
    pub fn new(columns: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let rows = rows.into_iter().enumerate().map(|(n, cells)| Row { number: n + 2, cells });
        Self { columns, rows: rows.collect() }
    }

    /// The sheet as CSV.
    pub fn write(&self) -> Result<String> {
        let mut writer =
            WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(vec![]);
        let rows = self.rows.iter().map(|row| &row.cells);
        for cells in std::iter::once(&self.columns).chain(rows) {
            writer.write_record(cells.iter().map(|cell| guarded(cell))).map_err(Error::internal)?;
        }
        String::from_utf8(writer.into_inner().map_err(Error::internal)?).map_err(Error::internal)
    }

    /// Reads a file that must have the columns `required`; tells everything that is wrong with it as a table.
    /// Rows without any text are left out.
    pub fn parse(file: &[u8], required: &[&str]) -> Result<Self> {
        let text = std::str::from_utf8(file)
            .map_err(|_| Error::invalid("file", "must be text in UTF-8"))?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut records = records(text, delimiter(text, required))?.into_iter();
        let header = records.next().unwrap_or_default();
        // A second mark, of a file that was put together, names no other column, and would be read as the first one when
        // the sheet is written.
        let is_blank = |c: char| c.is_whitespace() || c == BYTE_ORDER_MARK;
        let columns = header.iter().map(|name| name.trim_matches(is_blank).to_owned());
        let columns: Vec<String> = columns.collect();
        let mut errors = wrong_columns(&columns, required);
        let mut rows = Vec::new();
        for (n, mut cells) in records.enumerate() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let row = Row { number: n + 2, cells: Vec::new() };
            let beyond = cells
                .iter()
                .enumerate()
                .find(|(n, cell)| !cell.is_empty() && columns.get(*n).is_none_or(String::is_empty));
            if let Some((n, _)) = beyond {
                errors.push(row.wrong(&format!("column {}", n + 1), "has no name in row 1"));
            }
            cells.resize(columns.len(), String::new());
            rows.push(Row { cells, ..row });
        }
        if rows.len() > ROWS_MAX {
            errors.push(FieldError::new("file", format!("must have at most {ROWS_MAX} rows")));
        }
        fail_if_any(errors)?;
        Ok(Self { columns, rows })
    }

    /// Whether no row has anything in a column.
    pub fn is_blank(&self, column: usize) -> bool {
        self.rows.iter().all(|row| row.cells.get(column).is_none_or(|cell| cell.trim().is_empty()))
    }
}

fn wrong_columns(columns: &[String], required: &[&str]) -> Vec<FieldError> {
    let mut seen = HashSet::new();
    let named = columns.iter().filter(|name| !name.is_empty());
    let twice = named.filter(|name| !seen.insert(fold(name))).collect::<Vec<_>>();
    let missing = required.iter().filter(|name| !seen.contains(&fold(name)));
    let missing = missing.map(|name| FieldError::new(*name, "is a column that is needed"));
    twice
        .into_iter()
        .map(|name| FieldError::new(name, "is the name of two columns"))
        .chain(missing)
        .collect()
}

/// The separator with which the first row has the columns that are needed; else the one that gives more columns.
fn delimiter(text: &str, required: &[&str]) -> u8 {
    let judged = |delimiter: u8| {
        let mut reader = reader(text, delimiter);
        let first = reader.records().next().and_then(std::result::Result::ok).unwrap_or_default();
        let names: HashSet<String> = first.iter().map(|name| fold(&unguarded(name))).collect();
        (required.iter().filter(|name| names.contains(&fold(name))).count(), first.len())
    };
    if judged(b',') > judged(b';') { b',' } else { b';' }
}

fn records(text: &str, delimiter: u8) -> Result<Vec<Vec<String>>> {
    let closed = format!("{text}\n{END}");
    let mut records = Vec::new();
    for record in reader(&closed, delimiter).records() {
        let record =
            record.map_err(|error| Error::invalid("file", format!("is no CSV: {error}")))?;
        records.push(record.iter().map(unguarded).collect::<Vec<String>>());
    }
    match records.pop() {
        Some(last) if last == [END] => Ok(records),
        _ => Err(Error::invalid("file", "has a quote that is never closed")),
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Whether a spreadsheet could take a cell for a formula, quotes in front of it aside.
fn is_formula(cell: &str) -> bool {
    let core = cell.trim_start_matches('\'');
    core.starts_with(['=', '+', '-', '@', '\t', '\r']) && core.parse::<f64>().is_err()
}

fn guarded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn unguarded(cell: &str) -> String {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sheet(columns: &[&str], rows: &[&[&str]]) -> Sheet {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        Sheet::new(owned(columns), rows.iter().map(|cells| owned(cells)))
    }

    fn wrong(text: &str) -> Vec<String> {
        match Sheet::parse(text.as_bytes(), &["Type", "Name"]) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            Err(other) => vec![other.to_string()],
        }
    }

    const NASTY: [&str; 24] = [
        "a;b",
        "a,b",
        "\"",
        "\"\"",
        "say \"hi\"",
        "two\nlines",
        "two\r\nlines",
        "\r",
        "\n",
        " a ",
        "'",
        "'a",
        "=1+1",
        "'=1+1",
        "''=1+1",
        "-5",
        "'-5",
        "-x",
        "+49 30 1",
        "@home",
        "\t=1",
        "Łódź 漢字 🦝",
        "e\u{301}",
        "\u{feff}",
    ];

    #[test]
    fn nasty_cells_come_back_as_they_were() {
        for cell in NASTY {
            let written = sheet(&["Name", "Label"], &[&["x", cell], &[cell, "x"], &[cell, cell]]);
            let read = Sheet::parse(written.write().unwrap().as_bytes(), &["Name"]).unwrap();
            let kept: Vec<&Row> = written
                .rows
                .iter()
                .filter(|row| row.cells.iter().any(|c| !c.trim().is_empty()))
                .collect();
            assert_eq!(read.rows.iter().collect::<Vec<_>>(), kept, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn every_sheet_comes_back_as_it_was(rows in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 0..8)) {
            let rows = rows.into_iter().map(|mut cells| { cells[0].insert(0, 'x'); cells });
            let columns = ["Name", "=Label", "Size, in, cm"].map(str::to_owned).to_vec();
            let sheet = Sheet::new(columns, rows);
            let text = sheet.write().unwrap();
            prop_assert_eq!(&Sheet::parse(text.as_bytes(), &["Name"]).unwrap(), &sheet);
            prop_assert_eq!(Sheet::parse(format!("\u{feff}{text}").as_bytes(), &["Name"]).unwrap(), sheet);
        }

        #[test]
        fn no_cell_is_written_as_a_formula(cell in "[-=+@'\t a1]{0,4}") {
            let text = sheet(&["Name"], &[&[&cell]]).write().unwrap();
            let written = text.trim_start_matches("Name\r\n").trim_start_matches('"');
            let is_number = cell.parse::<f64>().is_ok();
            prop_assert!(is_number || !written.starts_with(['=', '+', '-', '@', '\t']), "{}", text);
        }
    }

    #[test]
    fn files_of_spreadsheets_are_read() {
        let expected = sheet(&["Type", "Name"], &[&["Prop", "Oak, old"], &["Prop", "5\" nail"]]);
        for text in [
            "Type;Name\r\nProp;Oak, old\r\nProp;5\" nail\r\n",
            "Type,Name\nProp,\"Oak, old\"\nProp,5\" nail",
            "\u{feff}\"Type\";\"Name\"\n\"Prop\";\"Oak, old\"\n\"Prop\";\"5\"\" nail\"\n;\n",
            " type , Name \nProp,\"Oak, old\"\nProp,5\" nail\n",
        ] {
            let read = Sheet::parse(text.as_bytes(), &["Type", "Name"]).unwrap();
            assert_eq!(read.rows, expected.rows, "{text:?}");
        }
        let read =
            Sheet::parse(b"Type;Name;Note\nProp;Oak\n;;\nProp;Elm;x", &["Type", "Name"]).unwrap();
        let numbers: Vec<usize> = read.rows.iter().map(|row| row.number).collect();
        assert_eq!((numbers, read.rows[0].cells.len()), (vec![2, 4], 3));
    }

    #[test]
    fn what_is_no_table_is_told() {
        let check = |text: &str, expected: &[&str]| assert_eq!(wrong(text), expected, "{text:?}");
        check("Type;Name\nProp;Oak", &[]);
        check("Type;Name;;\nProp;Oak;;", &[]);
        check("", &["Type", "Name"]);
        check("Type;Nmae\nProp;Oak", &["Name"]);
        check("Type;Name;type\nProp;Oak;x", &["type"]);
        check("Type;Name\nProp;Oak;x\nProp;Elm", &["row 2: column 3"]);
        check("Type;Name\nProp;\"Oak\nProp;Elm", &["file"]);
        check(&format!("Type;Name\n{}", "Prop;Oak\n".repeat(ROWS_MAX + 1)), &["file"]);
        assert!(Sheet::parse(b"Type;Name\n\xff;Oak", &[]).is_err());
    }
}
