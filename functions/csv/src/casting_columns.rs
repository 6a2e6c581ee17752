//! The columns of a file of casting. A row is one use: an asset in a shot, or in another asset.

use std::collections::BTreeSet;

use model::sheet::Sheet;

/// The columns, in their order: Zou's six, and between them three that are only there when they are needed.
pub(crate) const COLUMNS: [&str; 9] =
    [EPISODE, PARENT, NAME, ASSET_TYPE, ASSET_PROJECT, ASSET_EPISODE, ASSET, OCCURENCES, LABEL];
/// The columns without which nothing can be told from a file.
pub(crate) const REQUIRED: [&str; 4] = [PARENT, NAME, ASSET_TYPE, ASSET];

/// The episode of what uses the asset; empty: none.
pub(crate) const EPISODE: &str = "Episode";
/// The sequence of the shot, or the type of the asset, that uses the asset.
pub(crate) const PARENT: &str = "Parent";
/// The shot or asset that uses the asset.
pub(crate) const NAME: &str = "Name";
/// The type of the asset that is used.
pub(crate) const ASSET_TYPE: &str = "Asset Type";
/// The project of the asset that is used; empty: this one.
pub(crate) const ASSET_PROJECT: &str = "Asset Project";
/// The episode of the asset that is used; empty: none.
pub(crate) const ASSET_EPISODE: &str = "Asset Episode";
/// The asset that is used.
pub(crate) const ASSET: &str = "Asset";
/// How often. Zou's spelling.
pub(crate) const OCCURENCES: &str = "Occurences";
/// What for.
pub(crate) const LABEL: &str = "Label";

const OPTIONAL: [&str; 3] = [EPISODE, ASSET_PROJECT, ASSET_EPISODE];

/// The sheet of these rows, without the optional columns in which nothing stands, unless a blank in one of them tells
/// namesakes apart.
pub(crate) fn sheet(rows: &[[String; COLUMNS.len()]], telling: &BTreeSet<&str>) -> Sheet {
    let is_blank = |n: usize| rows.iter().all(|row| row[n].is_empty());
    let is_left_out = |n: &usize| {
        let column = COLUMNS[*n];
        OPTIONAL.contains(&column) && !telling.contains(column) && is_blank(*n)
    };
    let kept: Vec<usize> = (0..COLUMNS.len()).filter(|n| !is_left_out(n)).collect();
    let columns = kept.iter().map(|n| COLUMNS[*n].to_owned()).collect();
    Sheet::new(columns, rows.iter().map(|row| kept.iter().map(|n| row[*n].clone()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_has_the_six_columns_of_zou() {
        let film = ["", "SEQ01", "SH01", "Character", "", "", "Hero", "2", ""].map(str::to_owned);
        let mut show = film.clone();
        show[0] = "E01".into();
        let text = sheet(&[film], &BTreeSet::new()).write().unwrap();
        let head = "Parent;Name;Asset Type;Asset;Occurences;Label\r\n";
        assert_eq!(text, format!("{head}SEQ01;SH01;Character;Hero;2;\r\n"));
        let text = sheet(&[show], &BTreeSet::new()).write().unwrap();
        assert!(text.starts_with("Episode;Parent;Name;Asset Type;Asset;"), "{text}");
    }
}
