//! Which function a request goes to: the most specific path, as API Gateway chooses it.

use std::collections::BTreeMap;

use http::Method;

use crate::template::Template;

/// The routes of the API.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

#[derive(Clone, Debug)]
struct Route {
    method: String,
    path: String,
    function: String,
}

/// A route that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) function: String,
    /// `ANY /api/data/assets/{asset_id}`, or `$default`.
    pub(super) key: String,
    /// The values in the places of the braces.
    pub(super) parameters: BTreeMap<String, String>,
}

impl Routes {
    pub(super) fn of(template: &Template) -> Self {
        let functions = template.functions().into_iter();
        let routes = functions.flat_map(|function| {
            let binary = function.binary;
            function.events.into_iter().map(move |event| Route {
                method: event.method,
                path: event.path,
                function: binary.clone(),
            })
        });
        Self(routes.collect())
    }

    /// The route of a request: of those that match the one with the most literal segments, else the default.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Found> {
        let takes = |route: &&Route| route.method == "ANY" || route.method == method.as_str();
        let matching = self.0.iter().filter(takes).filter_map(|route| {
            let parameters = matches(&route.path, path)?;
            Some((parameters.len(), route, parameters))
        });
        let best = matching.min_by_key(|(count, ..)| *count);
        if let Some((_, route, parameters)) = best {
            let key = format!("{} {}", route.method, route.path);
            return Some(Found { function: route.function.clone(), key, parameters });
        }
        let default = self.0.iter().find(|route| route.path == "$default")?;
        Some(Found {
            function: default.function.clone(),
            key: default.path.clone(),
            parameters: BTreeMap::new(),
        })
    }
}

/// The parameters of a path that fits a template.
fn matches(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (wanted, given) = (template.split('/'), path.split('/'));
    if wanted.clone().count() != given.clone().count() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (wanted, given) in wanted.zip(given) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !given.is_empty() => {
                parameters.insert(name.to_owned(), given.to_owned());
            }
            None if wanted == given => {}
            _ => return None,
        }
    }
    Some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_path_wins() {
        let routes = Routes::of(&Template::read());
        let check = |path: &str, function: &str, key: &str| {
            let found = routes.find(&Method::GET, path).unwrap();
            assert_eq!((found.function.as_str(), found.key.as_str()), (function, key), "{path}");
        };
        check("/api", "auth", "ANY /api");
        check("/api/data/assets", "assets", "ANY /api/data/assets");
        check("/api/data/assets/all", "assets", "ANY /api/data/assets/all");
        check("/api/data/assets/x", "assets", "ANY /api/data/assets/{asset_id}");
        check("/api/data/assets/x/casting", "casting", "ANY /api/data/assets/{asset_id}/casting");
        check("/api/data/assets/", "auth", "$default");
        check("/nowhere", "auth", "$default");
    }
}
