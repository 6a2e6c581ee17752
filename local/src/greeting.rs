//! What is printed once the server is up: where it is, who can log in, a first call to paste.

use std::fmt::Write as _;
use std::net::SocketAddr;

use model::Role;

use crate::{demo, docs};

/// The text for a server at `address`, where the demo's persons of these roles can log in.
pub fn greeting(address: SocketAddr, roles: &[Role]) -> String {
    let url = format!("http://{address}");
    let mut text = format!("Tanuki is at {url}/api\nThe API's page is {url}{}\n", docs::PAGE);
    if let Some(first) = roles.first() {
        let _ = writeln!(text, "\nLog in (the password is always {}):", demo::PASSWORD);
        for role in roles {
            let _ = writeln!(text, "  {:<11} {}", role.name(), demo::email(*role));
        }
        let _ = writeln!(text, "\nA first call:\n{}", first_call(&url, *first));
    }
    text.push_str("\nStop with Ctrl-C.");
    text
}

/// One line for a POSIX shell: logs in and lists assets.
fn first_call(url: &str, role: Role) -> String {
    let (email, password) = (demo::email(role), demo::PASSWORD);
    format!(
        r#"curl -s {url}/api/data/assets -H "Authorization: Bearer $(curl -s {url}/api/auth/login -H 'Content-Type: application/json' -d '{{"email":"{email}","password":"{password}"}}' | sed 's/.*"access_token": *"\([^"]*\)".*/\1/')""#
    )
}
