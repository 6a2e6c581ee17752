//! A sheet of casting put into a project: everything is checked before anything is written, and then it is
//! written as one change.

use std::collections::{HashMap, HashSet};

use http_api::{Access, App, Caller, Result};
use model::casting::{CastUse, Link, OCCURENCES_MAX};
use model::sheet::{Row, Sheet};
use model::{EntityId, Error, FieldError, fail_if_any, sheet_cell, text};
use serde::Serialize;
use store::{CastChange, Circles, Kept};
use utoipa::ToSchema;

use crate::casting_columns::{
    ASSET, ASSET_EPISODE, ASSET_PROJECT, ASSET_TYPE, COLUMNS, EPISODE, LABEL, NAME, OCCURENCES,
    PARENT, REQUIRED,
};
use crate::casting_names::{NamedEntity, Names, narrowed};
use crate::project_casting::ProjectCasting;
use crate::queries::CastingQuery;

/// What a row of a file of casting says.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct CastRow {
    /// The shot or asset that uses the asset.
    entity_id: EntityId,
    /// The asset.
    asset_id: EntityId,
    /// How often. Zou's spelling.
    #[schema(example = 2)]
    nb_occurences: i64,
    /// What for.
    #[schema(example = "main")]
    label: String,
}

/// One use, and the row that says it.
struct Line<'a> {
    row: &'a Row,
    user: &'a NamedEntity,
    asset: &'a NamedEntity,
    wanted: CastUse,
    /// What the file does not say.
    kept: Kept,
}

type Links<'a> = HashMap<(EntityId, EntityId), &'a Link>;

/// Makes the uses of a file; those it does not name stay as they are. Gives what its rows say.
pub(crate) async fn import(
    app: &App,
    caller: &Caller,
    access: &Access,
    query: &CastingQuery,
    file: &[u8],
) -> Result<Vec<CastRow>> {
    let sheet = with_known_columns(Sheet::parse(file, &REQUIRED)?)?;
    let mut casting = ProjectCasting::load(app, caller, access, query).await?;
    let elsewhere = wanted_elsewhere(&sheet, &casting);
    if !elsewhere.is_empty() {
        casting.add_shared(app, caller, access, &elsewhere).await?;
    }
    let links: Links<'_> =
        casting.links.iter().map(|link| ((link.entity_id, link.asset_id), link)).collect();
    let (lines, mut errors) = lines(&sheet, &casting, &links);
    if !errors.is_empty() {
        let uses = lines.iter().map(|line| (&line.user.entity, &line.asset.entity));
        errors.extend(closing(&lines, &app.store.casting_circles(uses).await?));
        return Err(Error::Invalid(errors).into());
    }
    let changes: Vec<CastChange> = lines.iter().map(|line| change(line, &links)).collect();
    let wrong = |circles: &Circles| closing(&lines, circles);
    app.store.castings_change(&changes, access.person.id, wrong).await?;
    Ok(lines.into_iter().map(CastRow::from).collect())
}

/// The sheet with its columns spelt as here; one that is not known is wrong unless there is nothing in it.
fn with_known_columns(mut sheet: Sheet) -> Result<Sheet> {
    let mut errors = Vec::new();
    for n in 0..sheet.columns.len() {
        let name = &sheet.columns[n];
        match COLUMNS.iter().find(|known| text::fold(known) == text::fold(name)) {
            Some(known) => (*known).clone_into(&mut sheet.columns[n]),
            None if sheet.is_blank(n) => {}
            None => errors.push(FieldError::new(name, "is not a column of casting")),
        }
    }
    fail_if_any(errors)?;
    Ok(sheet)
}

/// The types and names of the assets that may be those of another project.
fn wanted_elsewhere(sheet: &Sheet, casting: &ProjectCasting) -> HashSet<(String, String)> {
    let may_be = |row: &&Row| {
        let found = casting.assets.find(given(sheet, row, ASSET_TYPE), given(sheet, row, ASSET));
        cell(sheet, row, ASSET_PROJECT).is_some_and(|cell| !cell.trim().is_empty())
            || !found.iter().any(|asset| casting.is_offered(asset))
    };
    let rows = sheet.rows.iter().filter(may_be);
    rows.map(|row| [ASSET_TYPE, ASSET].map(|column| text::fold(given(sheet, row, column))))
        .map(|[asset_type, name]| (asset_type, name))
        .collect()
}

/// What the rows say, and all that is wrong with them.
fn lines<'a>(
    sheet: &'a Sheet,
    casting: &'a ProjectCasting,
    links: &Links<'_>,
) -> (Vec<Line<'a>>, Vec<FieldError>) {
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(EntityId, EntityId), usize> = HashMap::new();
    for row in &sheet.rows {
        let user = user(sheet, row, &casting.users);
        // What is cast already may stay; of no user nobody knows what it has.
        let may_stay = |asset: &NamedEntity| match &user {
            Ok(user) => links.contains_key(&(user.entity.id, asset.entity.id)),
            Err(_) => true,
        };
        let asset = asset(sheet, row, casting, may_stay);
        let link = match (&user, &asset) {
            (Ok(user), Ok(asset)) => links.get(&(user.entity.id, asset.entity.id)).copied(),
            _ => None,
        };
        let wanted = wanted(sheet, row, link);
        let (user, asset, (wanted, kept)) = match (user, asset, wanted) {
            (Ok(user), Ok(asset), Ok(wanted)) => (user, asset, wanted),
            (user, asset, wanted) => {
                errors.extend(user.err().into_iter().chain(asset.err()));
                errors.extend(wanted.err().into_iter().flatten());
                continue;
            }
        };
        if user.entity.id == asset.entity.id {
            errors.push(row.wrong(ASSET, "is the asset itself"));
        } else if let Some(first) = seen.insert((user.entity.id, asset.entity.id), row.number) {
            errors.push(row.wrong(ASSET, format!("names the same use as row {first}")));
        } else {
            lines.push(Line { row, user, asset, wanted, kept });
        }
    }
    (lines, errors)
}

/// The shot or asset that a row names.
fn user<'a>(
    sheet: &Sheet,
    row: &Row,
    users: &'a Names,
) -> std::result::Result<&'a NamedEntity, FieldError> {
    let group = given(sheet, row, PARENT);
    if !users.has_group(group) {
        return Err(
            row.wrong(PARENT, "is neither a sequence with shots nor an asset type with assets")
        );
    }
    let mut found = users.find(group, given(sheet, row, NAME));
    if found.is_empty() {
        return Err(row.wrong(NAME, "is not a shot or asset under this parent"));
    }
    if !narrowed(&mut found, cell(sheet, row, EPISODE), |named| &named.episode) {
        return Err(row.wrong(EPISODE, "has no such shot or asset"));
    }
    match found[..] {
        [one] => Ok(one),
        _ => Err(row.wrong(
            NAME,
            "is the name of several: tell them apart by the column Episode, or give the id of the sequence as Parent",
        )),
    }
}

/// The asset that a row names: one of the project, or a shared one if there is none or the row says so.
fn asset<'a>(
    sheet: &Sheet,
    row: &Row,
    casting: &'a ProjectCasting,
    may_stay: impl Fn(&NamedEntity) -> bool,
) -> std::result::Result<&'a NamedEntity, FieldError> {
    let group = given(sheet, row, ASSET_TYPE);
    if !casting.assets.has_group(group) {
        return Err(row.wrong(
            ASSET_TYPE,
            "is not the type of any asset of this project, nor of a shared one",
        ));
    }
    let mut found = casting.assets.find(group, given(sheet, row, ASSET));
    if found.is_empty() {
        return Err(
            row.wrong(ASSET, "is not an asset of this type in this project, nor a shared one")
        );
    }
    if !narrowed(&mut found, cell(sheet, row, ASSET_PROJECT), |named| &named.project) {
        return Err(row.wrong(ASSET_PROJECT, "has no such asset"));
    }
    if !narrowed(&mut found, cell(sheet, row, ASSET_EPISODE), |named| &named.episode) {
        return Err(row.wrong(ASSET_EPISODE, "has no such asset"));
    }
    found.retain(|named| casting.is_offered(named) || may_stay(named));
    if found.is_empty() {
        return Err(row.wrong(ASSET, "is of another project, and not shared"));
    }
    if found.iter().any(|named| named.entity.project_id == casting.project) {
        found.retain(|named| named.entity.project_id == casting.project);
    }
    match found[..] {
        [one] => Ok(one),
        _ => Err(row.wrong(
            ASSET,
            "is the name of several: tell them apart by the columns Asset Episode and Asset Project",
        )),
    }
}

/// How the asset is to be used; where the file does not say it, as before, whatever that is by then.
fn wanted(
    sheet: &Sheet,
    row: &Row,
    link: Option<&Link>,
) -> std::result::Result<(CastUse, Kept), Vec<FieldError>> {
    let number = cell(sheet, row, OCCURENCES).filter(|cell| !cell.trim().is_empty());
    let label = cell(sheet, row, LABEL);
    let kept = Kept { nb_occurences: number.is_none(), label: label.is_none() };
    let number = number.map_or_else(
        || Ok(link.map_or(1, |link| link.nb_occurences)),
        |cell| sheet_cell::integer(cell, 1..=OCCURENCES_MAX),
    );
    let label = label.map_or_else(
        || Ok(link.map(|link| link.label.clone()).unwrap_or_default()),
        |cell| sheet_cell::text(cell, text::NAME_MAX),
    );
    match (number, label) {
        (Ok(nb_occurences), Ok(label)) => Ok((CastUse { nb_occurences, label }, kept)),
        (number, label) => {
            let wrong =
                |column, message: Option<String>| message.map(|message| row.wrong(column, message));
            Err([wrong(OCCURENCES, number.err()), wrong(LABEL, label.err())]
                .into_iter()
                .flatten()
                .collect())
        }
    }
}

/// The rows that would make an asset contain itself.
fn closing(lines: &[Line<'_>], circles: &Circles) -> Vec<FieldError> {
    let closing =
        lines.iter().filter(|line| circles.contains(&(line.user.entity.id, line.asset.entity.id)));
    closing
        .map(|line| line.row.wrong(ASSET, "closes a circle: it uses this asset already"))
        .collect()
}

fn change(line: &Line<'_>, links: &Links<'_>) -> CastChange {
    let link = links.get(&(line.user.entity.id, line.asset.entity.id));
    CastChange {
        entity: line.user.entity.clone(),
        asset: line.asset.entity.clone(),
        found: link.map(|link| link.cast_use()),
        wanted: Some(line.wanted.clone()),
        kept: line.kept,
    }
}

/// What a row has in a column that must be there.
fn given<'a>(sheet: &Sheet, row: &'a Row, column: &str) -> &'a str {
    cell(sheet, row, column).unwrap_or_default()
}

/// What a row has in a column; `None` if the file does not have the column.
fn cell<'a>(sheet: &Sheet, row: &'a Row, column: &str) -> Option<&'a str> {
    let n = sheet.columns.iter().position(|name| name == column)?;
    Some(row.cells.get(n)?)
}

impl From<Line<'_>> for CastRow {
    fn from(line: Line<'_>) -> Self {
        let CastUse { nb_occurences, label } = line.wanted;
        Self {
            entity_id: line.user.entity.id,
            asset_id: line.asset.entity.id,
            nb_occurences,
            label,
        }
    }
}
