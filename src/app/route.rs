//! The pages, and their addresses in the URL's fragment.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};

use super::acts::Filter;
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
    /// One version, by id, and which of its tensors are listed: those with this in their name, or of this dtype.
    Version(String, String),
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
    /// Everything that was done, or what of it is wanted.
    Journal(Filter),
    /// Keys and the team's folder.
    Team,
    /// The person's name, keys, and where the catalogue is kept.
    Settings,
}

impl Route {
    /// A version, by id, with all that is to be said of it.
    pub fn version(id: impl Into<String>) -> Self {
        Self::Version(id.into(), String::new())
    }

    /// The same page with nothing chosen or typed on it.
    pub fn bare(&self) -> Self {
        match self {
            Self::Version(id, _) => Self::version(id.clone()),
            Self::Evolution(model, _) => Self::Evolution(model.clone(), Choice::default()),
            Self::Search(_) => Self::Search(String::new()),
            Self::What(_) => Self::What(String::new()),
            Self::Journal(_) => Self::Journal(Filter::default()),
            other => other.clone(),
        }
    }

    /// Whether another address shows the same page, with something else chosen or typed on it.
    pub fn is_same_page(&self, other: &Self) -> bool {
        self.bare() == other.bare()
    }

    /// The page of a fragment, with or without its `#`. What is not an address is the first page.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let (page, argument) = path.split_once('/').unwrap_or((path, ""));
        match (page, decode(argument)) {
            ("model", Some(id)) if !id.is_empty() => Self::Model(id),
            ("version", Some(id)) if !id.is_empty() => {
                let tensors = pairs(query).find(|(name, _)| *name == "tensors");
                Self::Version(id, tensors.map(|(_, wanted)| wanted).unwrap_or_default())
            }
            ("compare", _) => {
                let ids = argument.split(',').filter(|id| !id.is_empty());
                let ids = ids.map(decode).collect::<Option<Vec<_>>>();
                ids.map_or(Self::Models, Self::Compare)
            }
            ("evolution", Some(model)) if !model.is_empty() => Self::Evolution(model, Choice::of_pairs(pairs(query))),
            ("search", Some(query)) => Self::Search(query),
            ("what", Some(digits)) => Self::What(digits),
            ("conflicts", _) => Self::Conflicts,
            ("journal", _) => Self::Journal(Filter::of_pairs(pairs(query))),
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
            Self::Version(id, tensors) => {
                let wanted = (!tensors.is_empty()).then(|| ("tensors", tensors.clone()));
                write!(f, "#/version/{}{}", encode(id), query(wanted))
            }
            Self::Compare(ids) if ids.is_empty() => f.write_str("#/compare"),
            Self::Compare(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| encode(id).to_string()).collect();
                write!(f, "#/compare/{}", ids.join(","))
            }
            Self::Evolution(model, choice) => {
                write!(f, "#/evolution/{}{}", encode(model), query(choice.pairs()))
            }
            Self::Search(query) => write!(f, "#/search/{}", encode(query)),
            Self::What(digits) => write!(f, "#/what/{}", encode(digits)),
            Self::Conflicts => f.write_str("#/conflicts"),
            Self::Journal(filter) => write!(f, "#/journal{}", query(filter.pairs())),
            Self::Team => f.write_str("#/team"),
            Self::Settings => f.write_str("#/settings"),
        }
    }
}

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ESCAPED)
}

/// What is chosen on a page, as it stands at the end of its address: `?by=date&metric=loss`; nothing where nothing is.
fn query(chosen: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let pairs = chosen
        .into_iter()
        .map(|(name, value)| format!("{name}={}", encode(&value)));
    let pairs: Vec<_> = pairs.collect();
    match pairs.as_slice() {
        [] => String::new(),
        pairs => format!("?{}", pairs.join("&")),
    }
}

/// What is chosen, from behind the `?` of an address; what is not understood there is left out.
fn pairs(query: &str) -> impl Iterator<Item = (&str, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, value)| Some((name, decode(value)?)))
}

/// None where the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::acts::ActKind;
    use crate::insight::evolution::Axis;
    use crate::journal::Timestamp;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(text in ".+", at: i64, kind in 0..ActKind::ALL.len()) {
            let filter = Filter {
                model: Some(text.clone()),
                person: Some(text.clone()),
                kind: ActKind::ALL.get(kind).map(|(kind, _)| *kind),
                from: Some(Timestamp::from_milliseconds(at)),
                before: Some(Timestamp::from_milliseconds(at.wrapping_add(1))),
            };
            for route in [
                Route::Model(text.clone()),
                Route::version(text.clone()),
                Route::Version(text.clone(), text.clone()),
                Route::Journal(filter),
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
            Route::Journal(Filter::default()),
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
            (
                "#/journal?kind=dreamt&from=yesterday&before=&model=&person=%ff",
                "#/journal",
            ),
            ("#/journal?kind=moved&kind=dreamt", "#/journal?kind=moved"),
            ("#/version/net@1?tensors=%ff&x=y", "#/version/net@1"),
            ("#/version/net@1?tensors=", "#/version/net@1"),
            ("#/model/net?tensors=fc1", "#/model/net"),
        ] {
            assert_eq!(Route::parse(fragment).to_string(), expected);
        }
    }
}
