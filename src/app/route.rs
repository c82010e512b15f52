//! The pages, and their addresses in the URL's fragment.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986, section 2.3, and `@`, which version ids have.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// A page. `Display` and [`Route::parse`] are each other's inverse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// All models.
    #[default]
    Models,
    /// One model, by id.
    Model(String),
    /// One version, by id.
    Version(String),
    /// Versions side by side, by id.
    Compare(Vec<String>),
    /// What a query finds.
    Search(String),
    /// What files and digests are; the digits that are looked up may be empty.
    What(String),
    /// What people set apart.
    Conflicts,
    /// Everything that was done.
    Journal,
    /// Keys and the team's folder.
    Team,
}

impl Route {
    /// The page of a fragment, with or without its `#`. What is not an address is the first page.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (page, argument) = fragment.split_once('/').unwrap_or((fragment, ""));
        match (page, decode(argument)) {
            ("model", Some(id)) if !id.is_empty() => Self::Model(id),
            ("version", Some(id)) if !id.is_empty() => Self::Version(id),
            ("compare", _) => {
                let ids = argument.split(',').map(decode).collect::<Option<Vec<_>>>();
                ids.map_or(Self::Models, Self::Compare)
            }
            ("search", Some(query)) => Self::Search(query),
            ("what", Some(digits)) => Self::What(digits),
            ("conflicts", _) => Self::Conflicts,
            ("journal", _) => Self::Journal,
            ("team", _) => Self::Team,
            _ => Self::Models,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Models => f.write_str("#/"),
            Self::Model(id) => write!(f, "#/model/{}", encode(id)),
            Self::Version(id) => write!(f, "#/version/{}", encode(id)),
            Self::Compare(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| encode(id).to_string()).collect();
                write!(f, "#/compare/{}", ids.join(","))
            }
            Self::Search(query) => write!(f, "#/search/{}", encode(query)),
            Self::What(digits) => write!(f, "#/what/{}", encode(digits)),
            Self::Conflicts => f.write_str("#/conflicts"),
            Self::Journal => f.write_str("#/journal"),
            Self::Team => f.write_str("#/team"),
        }
    }
}

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ESCAPED)
}

/// None where the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(text in ".+") {
            for route in [
                Route::Model(text.clone()),
                Route::Version(text.clone()),
                Route::Search(text.clone()),
                Route::What(text.clone()),
                Route::Compare(vec![text.clone(), "a,b".to_owned(), text.clone()]),
            ] {
                prop_assert_eq!(Route::parse(&route.to_string()), route);
            }
        }
    }

    #[test]
    fn pages_without_an_argument() {
        for route in [
            Route::Models,
            Route::What(String::new()),
            Route::Conflicts,
            Route::Journal,
            Route::Team,
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
    }

    #[test]
    fn what_is_no_address_is_the_first_page() {
        for fragment in ["", "#", "#/", "#/model/", "#/model/%ff", "#/nonsense/x"] {
            assert_eq!(Route::parse(fragment), Route::Models, "{fragment:?}");
        }
    }
}
