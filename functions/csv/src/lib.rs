//! CSV files, as Kitsu and gazu send and take them: the assets of a project, and its casting.
//!
//! [`asset_columns`] and [`casting_columns`] say what stands in them; the bare table is
//! [`model::sheet`]. An export writes exactly what an import takes: [`asset_rows`] and [`casting_import`] read it,
//! [`asset_plan`] says what must change, and only when every row is right is anything written.

mod asset_columns;
mod asset_export;
mod asset_import;
mod asset_plan;
mod asset_rows;
mod casting_columns;
mod casting_export;
mod casting_import;
mod casting_names;
mod lookup;
mod project_casting;
mod queries;

use axum::extract::State;
use http_api::paths::ProjectPath;
use http_api::routing::{Routes, routes};
use http_api::{App, Body, Caller, Created, Csv, Errors, Path, Query, Result, UploadForm};
use model::{Action, Entity};

use crate::casting_import::CastRow;
use crate::project_casting::ProjectCasting;
use crate::queries::{AssetsQuery, CastingQuery, ImportQuery};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(export_assets))
        .routes(routes!(import_assets))
        .routes(routes!(export_casting))
        .routes(routes!(import_casting))
}

/// The assets of a project as a CSV file.
///
/// Columns: `Type`, `Name`, `Description`, `Episode` (if any asset belongs to one), `Ready for`, one for each
/// metadata descriptor of assets, and for each task type of which there is a task its name (the task's status)
/// and `<name> assignations` (who does it, separated by commas). Rows: the assets the caller sees that are not
/// canceled, by type and name. Separated by `;`.
///
/// A cell that a spreadsheet would take for a formula has a `'` in front, which an import takes away again.
#[utoipa::path(
    get,
    path = "/api/export/csv/projects/{project_id}/assets.csv",
    tag = "CSV",
    params(ProjectPath, AssetsQuery),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Errors)
)]
async fn export_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Csv> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    let query = query.read::<AssetsQuery>()?;
    query.check(&app, path.project_id).await?;
    let sheet = asset_export::sheet(&app, &access, &query).await?;
    Ok(Csv("assets.csv", sheet.write()?))
}

/// Create the assets of a CSV file in a project, or change those that are there.
///
/// The file is what the export writes, separated by `;` or `,`; `Type` and `Name` must be in it, other columns
/// may be. An asset of the same type, name and episode is left as it is, or made as the row says if `update` is
/// true: what has no column stays, an empty cell is no value, and a task that is there is never deleted. Types,
/// episodes, statuses and persons must be there; case does not matter, a status may be named short or in full, a
/// person by name or e-mail.
///
/// Everything is written or, if any cell is wrong, nothing: all wrong cells are named as `row 3: Type`, the
/// columns' names being row 1. A column that is not known is wrong unless it is empty. At most 5,000 rows, and
/// 10,000 changes of assets and tasks. A file whose import was interrupted can be sent again.
///
/// Answers the assets that are new or changed.
#[utoipa::path(
    post,
    path = "/api/import/csv/projects/{project_id}/assets",
    tag = "CSV",
    params(ProjectPath, ImportQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The new and changed assets", body = Vec<Entity>), Errors)
)]
async fn import_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
    body: Body,
) -> Result<Created<Vec<Entity>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageAssets)?;
    let query: ImportQuery = query.read()?;
    let upload = body.upload().await?;
    let on_existing = query.on_existing(upload.fields()?);
    Ok(Created(asset_import::import(&app, &access, &upload.file, on_existing).await?))
}

/// The casting of a project's shots and assets as a CSV file.
///
/// Columns: `Parent` (a shot's sequence, an asset's type), `Name`, `Asset Type`, `Asset`, `Occurences` (Zou's
/// spelling), `Label`; where they are needed `Episode` (of the shot or asset), `Asset Project` (of a shared
/// asset) and `Asset Episode`. A sequence or an episode whose name would find another one, or an asset type, is
/// written by its id. Rows: what the caller sees and what is not canceled, shots first. Separated by `;`.
#[utoipa::path(
    get,
    path = "/api/export/csv/projects/{project_id}/casting.csv",
    tag = "CSV",
    params(ProjectPath, CastingQuery),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Errors)
)]
async fn export_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Csv> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    let query = query.read::<CastingQuery>()?;
    query.check(&app, path.project_id).await?;
    let casting = ProjectCasting::load(&app, &caller, &access, &query).await?;
    Ok(Csv("casting.csv", casting_export::export(&casting).write()?))
}

/// Cast the assets of a CSV file in the shots and assets of a project.
///
/// The file is what the export writes, separated by `;` or `,`; all columns but `Parent`, `Name`, `Asset Type`
/// and `Asset` may be missing. Each row adds a use or changes its number and label; uses that have no row stay.
///
/// Everything is written or, if any cell is wrong, nothing: all wrong cells are named as `row 3: Asset`, the
/// columns' names being row 1. At most 5,000 rows. Answers what the rows say, with ids.
#[utoipa::path(
    post,
    path = "/api/import/csv/projects/{project_id}/casting",
    tag = "CSV",
    params(ProjectPath, CastingQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The uses the file names", body = Vec<CastRow>), Errors)
)]
async fn import_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
    body: Body,
) -> Result<Created<Vec<CastRow>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageAssets)?;
    let query: CastingQuery = query.read()?;
    query.check(&app, path.project_id).await?;
    let file = body.upload().await?.file;
    Ok(Created(casting_import::import(&app, &caller, &access, &query, &file).await?))
}
