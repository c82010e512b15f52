//! The pages, and their addresses in the URL's fragment.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};

use super::evolution::Choice;

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
    /// How a model came to be what it is, by id, and what of its metrics is shown.
    Evolution(String, Choice),
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
    /// The person's name, keys, and where the catalogue is kept.
    Settings,
}

impl Route {
    /// Whether another address shows the same page, with something else chosen or typed on it.
    pub fn is_same_page(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Evolution(one, _), Self::Evolution(other, _)) => one == other,
            (Self::Search(_), Self::Search(_)) | (Self::What(_), Self::What(_)) => true,
            _ => self == other,
        }
    }

    /// The page of a fragment, with or without its `#`. What is not an address is the first page.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (page, argument) = fragment.split_once('/').unwrap_or((fragment, ""));
        match (page, decode(argument)) {
            ("model", Some(id)) if !id.is_empty() => Self::Model(id),
            ("version", Some(id)) if !id.is_empty() => Self::Version(id),
            ("compare", _) => {
                let ids = argument.split(',').filter(|id| !id.is_empty());
                let ids = ids.map(decode).collect::<Option<Vec<_>>>();
                ids.map_or(Self::Models, Self::Compare)
            }
            ("evolution", _) => {
                let (model, query) = argument.split_once('?').unwrap_or((argument, ""));
                let model = decode(model).filter(|model| !model.is_empty());
                model.map_or(Self::Models, |model| {
                    Self::Evolution(model, Choice::parse(query, decode))
                })
            }
            ("search", Some(query)) => Self::Search(query),
            ("what", Some(digits)) => Self::What(digits),
            ("conflicts", _) => Self::Conflicts,
            ("journal", _) => Self::Journal,
            ("team", _) => Self::Team,
            ("settings", _) => Self::Settings,
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
            Self::Compare(ids) if ids.is_empty() => f.write_str("#/compare"),
            Self::Compare(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| encode(id).to_string()).collect();
                write!(f, "#/compare/{}", ids.join(","))
            }
            Self::Evolution(model, choice) => {
                let query = choice.query(|text| encode(text).to_string());
                write!(f, "#/evolution/{}{query}", encode(model))
            }
            Self::Search(query) => write!(f, "#/search/{}", encode(query)),
            Self::What(digits) => write!(f, "#/what/{}", encode(digits)),
            Self::Conflicts => f.write_str("#/conflicts"),
            Self::Journal => f.write_str("#/journal"),
            Self::Team => f.write_str("#/team"),
            Self::Settings => f.write_str("#/settings"),
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
    use crate::insight::evolution::Axis;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(text in ".+") {
            for route in [
                Route::Model(text.clone()),
                Route::Version(text.clone()),
                Route::Search(text.clone()),
                Route::What(text.clone()),
                Route::Evolution(text.clone(), Choice::default()),
                Route::Evolution("net".to_owned(), Choice { metrics: vec![text.clone()], axis: Axis::Date }),
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
            Route::Settings,
            Route::Compare(Vec::new()),
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
    }

    #[test]
    fn what_is_no_address_is_the_first_page() {
        for fragment in [
            "",
            "#",
            "#/",
            "#/model/",
            "#/model/%ff",
            "#/evolution/?by=date",
            "#/nonsense/x",
        ] {
            assert_eq!(Route::parse(fragment), Route::Models, "{fragment:?}");
        }
    }

    #[test]
    fn what_is_not_understood_of_a_choice_is_left_out() {
        for (fragment, expected) in [
            ("#/evolution/net?by=moon&metric=%ff&x=y&&metric", "#/evolution/net"),
            (
                "#/evolution/net?metric=a%26b&metric=a%26b&by=date",
                "#/evolution/net?by=date&metric=a%26b",
            ),
            ("#/evolution/a%3Fb?by=order", "#/evolution/a%3Fb"),
        ] {
            assert_eq!(Route::parse(fragment).to_string(), expected);
        }
    }
}
