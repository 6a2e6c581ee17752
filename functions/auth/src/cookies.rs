//! The two cookies a browser keeps its tokens in: Kitsu never sees them, it only sends them back. What has tokens in it
//! is kept nowhere else. The refresh token is sent to where it is used, and nowhere else.

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
    set([access_cookie(mode, access, ACCESS_SECONDS), refresh_cookie(mode, refresh, seconds)])
}

/// Forgets both tokens.
pub(crate) fn forget(mode: Mode) -> Cookies {
    set([access_cookie(mode, "", 0), refresh_cookie(mode, "", 0)])
}

fn set<const N: usize>(cookies: [String; N]) -> Cookies {
    let cookies = cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie));
    AppendHeaders(cookies.chain([(header::CACHE_CONTROL, "no-store".to_owned())]).collect())
}

fn access_cookie(mode: Mode, token: &str, seconds: i64) -> String {
    cookie(mode, &format!("{ACCESS_COOKIE}={token}"), "/", seconds)
}

fn refresh_cookie(mode: Mode, token: &str, seconds: i64) -> String {
    cookie(mode, &format!("{REFRESH_COOKIE}={token}"), "/api/auth", seconds)
}

fn cookie(mode: Mode, pair: &str, path: &str, seconds: i64) -> String {
    // Lax: not sent along with another site's writes.
    let secure = if mode == Mode::Cloud { "; Secure" } else { "" };
    format!("{pair}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_of_plain_http() {
        let check = |mode, pair, path, seconds, expected| {
            assert_eq!(cookie(mode, pair, path, seconds), expected);
        };
        check(Mode::Local, "c=t", "/", 60, "c=t; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        let secure = "c=t; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure";
        check(Mode::Cloud, "c=t", "/", 60, secure);
        let forgotten = "c=; Max-Age=0; Path=/api/auth; HttpOnly; SameSite=Lax; Secure";
        check(Mode::Cloud, "c=", "/api/auth", 0, forgotten);
    }
}
