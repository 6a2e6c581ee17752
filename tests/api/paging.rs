//! Lists in pages: `page`, `limit`, the `Link` header and its cursor.

use tanuki_tests::prelude::*;

/// The target of a link of an answer.
pub(crate) fn link(answer: &Answer, rel: &str) -> Option<String> {
    let links = answer.header("link")?.split(", ");
    let wanted = format!("rel=\"{rel}\"");
    let found =
        links.filter(|link| link.contains(&wanted)).find_map(|link| link.split(['<', '>']).nth(1));
    found.map(str::to_owned)
}

/// A show of seven assets of three types.
async fn seven() -> (TestApp, Production) {
    let (app, show) = tv_show().await;
    show.many_assets(&app, "Prop", 4).await;
    show.many_assets(&app, "Character", 2).await;
    show.many_assets(&app, "FX", 1).await;
    (app, show)
}

/// Type and id of every row, page after page.
async fn follow(app: &TestApp, first: &str) -> Vec<Vec<(String, String)>> {
    let (mut pages, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let answer = app.get(ARTIST, &path).await;
        next = link(&answer, "next");
        let rows = answer.ok();
        let row =
            |row: &Value| (text(row, "entity_type_id").to_owned(), text(row, "id").to_owned());
        pages.push(rows.as_array().expect("a bare array").iter().map(row).collect());
        assert!(pages.len() < 20, "the links lead on for ever");
    }
    pages
}

#[tokio::test]
async fn following_next_meets_every_row_once_in_order() {
    let (app, show) = seven().await;
    let types = ["Character", "FX", "Prop"].map(|name| show.asset_type(name).to_owned());
    for path in ["/data/assets".to_owned(), "/data/assets/all".to_owned(), show.path("/assets")] {
        let pages = follow(&app, &format!("{path}?limit=3")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1], "{path}");
        let rows = pages.concat();
        let place =
            |row: &(String, String)| (types.iter().position(|id| *id == row.0), row.1.clone());
        assert!(
            rows.is_sorted_by(|one, two| place(one) < place(two)),
            "by type name, then id: {rows:?}"
        );
    }
}

#[tokio::test]
async fn numbered_pages_and_cursors_cut_alike() {
    let (app, show) = seven().await;
    let path = show.path("/assets?limit=3");
    let mut pages = Vec::new();
    for page in 1..=3 {
        let rows = app.get(ARTIST, &format!("{path}&page={page}")).await.ok();
        pages.push(column(&rows, "id").into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    let followed = follow(&app, &path).await;
    let followed: Vec<Vec<String>> =
        followed.into_iter().map(|page| page.into_iter().map(|row| row.1).collect()).collect();
    assert_eq!(pages, followed);
    assert_eq!(app.get(ARTIST, &format!("{path}&page=4")).await.ok(), json!([]));
    assert_eq!(app.get(ARTIST, &format!("{path}&page=1000000")).await.ok(), json!([]));
}

#[tokio::test]
async fn a_page_tells_where_to_go() {
    let (app, show) = seven().await;
    let links = async |query: &str| {
        let answer = app.get(ARTIST, &show.path(&format!("/assets?{query}"))).await;
        ["first", "prev", "next"].map(|rel| link(&answer, rel))
    };
    let [first, prev, next] = links("limit=3&page=2").await;
    let first = first.expect("a first page");
    assert!(first.starts_with(&format!("/api{}?", show.path("/assets"))), "{first}");
    assert!(first.contains("limit=3") && first.contains("page=1"), "{first}");
    assert!(prev.is_some_and(|prev| prev.contains("page=1")));
    assert!(next.is_some_and(|next| next.contains("limit=3")
        && next.contains("cursor=")
        && !next.contains("page=")));
    let [_, prev, next] = links("limit=3").await;
    assert!(prev.is_none() && next.is_some());
    let [_, prev, next] = links("limit=3&page=3").await;
    assert!(prev.is_some_and(|prev| prev.contains("page=2")) && next.is_none());
    let [.., next] = links("limit=7").await;
    assert!(next.is_none(), "a full last page is the last");
    let whole = app.get(ARTIST, &show.path("/assets")).await;
    assert_eq!(whole.header("link"), None);
    assert_eq!(whole.ok().as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn next_keeps_the_filters() {
    let (app, show) = seven().await;
    let path =
        format!("/data/assets?limit=3&canceled=false&asset_type_id={}", show.asset_type("Prop"));
    let pages = follow(&app, &path).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
    assert!(pages.concat().iter().all(|row| row.0 == show.asset_type("Prop")));
}

#[tokio::test]
async fn renames_and_deletions_do_not_shift_what_follows() {
    let (app, show) = seven().await;
    let first = app.get(ADMIN, &show.path("/assets?limit=3")).await;
    let next = link(&first, "next").expect("a next page");
    let before = app.get(ADMIN, &next).await.ok();
    let first = first.ok();
    let [one, _, last] = &column(&first, "id")[..] else { panic!("three rows") };
    app.put(ADMIN, &format!("/data/entities/{one}"), &json!({"name": "zzz"})).await.ok();
    app.delete(ADMIN, &format!("/data/assets/{last}")).await.gone();
    assert_eq!(column(&app.get(ADMIN, &next).await.ok(), "id"), column(&before, "id"));
}

#[tokio::test]
async fn a_cursor_is_ours_or_is_refused() {
    let (app, show) = seven().await;
    let answer = app.get(ARTIST, "/data/assets?limit=3").await;
    let next = link(&answer, "next").expect("a next page");
    let cursor = next
        .split("cursor=")
        .nth(1)
        .expect("a cursor")
        .split('&')
        .next()
        .expect("a cursor")
        .to_owned();
    app.get(ARTIST, &format!("/data/assets?limit=3&cursor={cursor}")).await.ok();
    let middle = cursor.len() / 2;
    let swapped = if cursor.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let tampered = format!("{}{swapped}{}", &cursor[..middle], &cursor[middle + 1..]);
    let token = app.token(ARTIST).expect("a token");
    for wrong in [tampered.as_str(), &cursor[..cursor.len() - 1], "1", "", &"x".repeat(5000), token]
    {
        for path in ["/data/assets".to_owned(), show.path("/assets")] {
            app.get(ARTIST, &format!("{path}?cursor={wrong}")).await.invalid(&["cursor"]);
            // Together with all else that is wrong.
            let unknown = uuid::Uuid::new_v4();
            let query = format!("{path}?asset_type_id={unknown}&cursor={wrong}");
            if wrong.len() < 5000 {
                app.get(ARTIST, &query).await.invalid(&["asset_type_id", "cursor"]);
                let answer = app.get(ARTIST, &format!("{query}&limit=0")).await;
                answer.invalid(&["limit", "asset_type_id", "cursor"]);
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_is_of_one_list() {
    let (app, show) = seven().await;
    let other = Production::film(&app, "Film").await;
    let path = show.path("/assets?limit=2");
    let next = link(&app.get(ARTIST, &path).await, "next").expect("a next page");
    let cursor = next.split("cursor=").nth(1).expect("a cursor");
    let prop = show.asset_type("Prop");
    for query in ["limit=3", "relations=true", "limit=2&relations=True"] {
        app.get(ARTIST, &show.path(&format!("/assets?cursor={cursor}&{query}"))).await.ok();
    }
    for path in [
        show.path("/assets?canceled=false"),
        show.path(&format!("/assets?asset_type_id={prop}")),
        show.path(&format!("/asset-types/{prop}/assets?limit=2")),
        other.path("/assets?limit=2"),
        format!("/data/assets?project_id={}", show.id),
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}cursor={cursor}");
        app.get(ARTIST, &path).await.invalid(&["cursor"]);
        app.get(ARTIST, &format!("{path}&is_shared=x")).await.invalid(&["is_shared", "cursor"]);
    }
}

#[tokio::test]
async fn a_cursor_opens_no_door() {
    let (app, _) = seven().await;
    let answer = app.get(ADMIN, "/data/assets?limit=3").await;
    let next = link(&answer, "next").expect("a next page");
    for who in [OUTSIDER, VENDOR] {
        assert_eq!(app.get(who, &next).await.ok(), json!([]), "{who:?}");
    }
    app.get(NOBODY, &next).await.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_vendors_pages_are_full_though_most_is_hidden() {
    let (app, show) = tv_show().await;
    let ids = show.many_assets(&app, "Prop", 12).await;
    for id in ids.iter().step_by(3) {
        show.task(&app, id, "Modeling", &[VENDOR]).await;
    }
    let rows = app.get(VENDOR, &show.path("/assets?limit=3")).await.ok();
    assert_eq!(rows.as_array().map(Vec::len), Some(3));
    let rows = app.get(VENDOR, &show.path("/assets?limit=3&page=2")).await.ok();
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn bounds_are_told() {
    let (app, show) = tv_show().await;
    for path in ["/data/assets".to_owned(), "/data/assets/all".to_owned(), show.path("/assets")] {
        let check = async |query: &str, fields: &[&str]| {
            app.get(ARTIST, &format!("{path}?{query}")).await.invalid(fields);
        };
        check("page=0", &["page"]).await;
        check("page=-1&limit=0", &["page", "limit"]).await;
        check("limit=1001", &["limit"]).await;
        check("page=1.5&limit=many", &["page", "limit"]).await;
        check("page=99999999999999999999", &["page"]).await;
        app.get(ARTIST, &format!("{path}?page=1&limit=1000")).await.ok();
        for page in [i64::MAX - 1, i64::MAX] {
            assert_eq!(app.get(ARTIST, &format!("{path}?page={page}")).await.ok(), json!([]));
        }
    }
}
