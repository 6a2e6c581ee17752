//! The two cookies a browser keeps its tokens in: Kitsu never sees them, it only sends them back. What has tokens in it
//! is kept nowhere else.

use axum::http::{HeaderName, header};
use axum::response::AppendHeaders;
use http_api::tokens::{ACCESS_SECONDS, REFRESH_SECONDS};
use http_api::{ACCESS_COOKIE, Mode, REFRESH_COOKIE};

pub(crate) type Cookies = AppendHeaders<Vec<(HeaderName, String)>>;

/// Keeps both tokens.
pub(crate) fn keep(mode: Mode, access: &str, refresh: &str) -> Cookies {
    renew(mode, access, refresh, REFRESH_SECONDS)
}

/// Keeps new tokens, the refresh token for the seconds that are left of its session.
pub(crate) fn renew(mode: Mode, access: &str, refresh: &str, seconds: i64) -> Cookies {
    set([
        cookie(mode, ACCESS_COOKIE, access, ACCESS_SECONDS),
        cookie(mode, REFRESH_COOKIE, refresh, seconds),
    ])
}

/// Forgets both tokens.
pub(crate) fn forget(mode: Mode) -> Cookies {
    set([cookie(mode, ACCESS_COOKIE, "", 0), cookie(mode, REFRESH_COOKIE, "", 0)])
}

fn set<const N: usize>(cookies: [String; N]) -> Cookies {
    let cookies = cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie));
    AppendHeaders(cookies.chain([(header::CACHE_CONTROL, "no-store".to_owned())]).collect())
}

fn cookie(mode: Mode, name: &str, value: &str, seconds: i64) -> String {
    // Lax: not sent along with another site's writes.
    let secure = if mode == Mode::Cloud { "; Secure" } else { "" };
    format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_of_plain_http() {
        let check = |mode, value, seconds, expected| {
            assert_eq!(cookie(mode, "c", value, seconds), expected);
        };
        check(Mode::Local, "t", 60, "c=t; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        check(Mode::Cloud, "t", 60, "c=t; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure");
        check(Mode::Cloud, "", 0, "c=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
