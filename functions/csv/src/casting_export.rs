//! The casting of a project as a sheet.

use std::collections::BTreeSet;

use model::sheet::Sheet;
use model::{EntityKind, text};

use crate::casting_columns::{ASSET_EPISODE, ASSET_PROJECT, COLUMNS, EPISODE, sheet};
use crate::project_casting::ProjectCasting;

/// A row for each use. Ordered by what stands in them, shots before assets, so that the same casting makes the
/// same file in every project.
pub(crate) fn export(casting: &ProjectCasting) -> Sheet {
    let mut telling = BTreeSet::new();
    let rows = casting.links.iter().filter_map(|link| {
        let (user, asset) =
            (casting.users.get(link.entity_id)?, casting.assets.get(link.asset_id)?);
        if casting.users.has_namesakes(user) {
            telling.insert(EPISODE);
        }
        if casting.assets.has_namesakes(asset) {
            telling.extend([ASSET_PROJECT, ASSET_EPISODE]);
        }
        let row: [String; COLUMNS.len()] = [
            user.episode.written.clone(),
            user.group.written.clone(),
            user.entity.name.clone(),
            asset.group.written.clone(),
            asset.project.written.clone(),
            asset.episode.written.clone(),
            asset.entity.name.clone(),
            link.nb_occurences.to_string(),
            link.label.clone(),
        ];
        Some((user.entity.kind != EntityKind::Shot, row))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_cached_key(|(is_asset, row)| {
        (*is_asset, row.clone().map(|cell| text::fold(&cell)))
    });
    sheet(&rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), &telling)
}
