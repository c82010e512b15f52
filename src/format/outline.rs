//! Boosters' documents in JSON or UBJSON: named values are kept, trees are counted and passed over.
//!
//! Sources: xgboost.readthedocs.io, "Introduction to Model IO"; LightGBM, `Booster.dump_model`; CatBoost, "JSON model".

use super::cursor::Cursor;
use super::facts::{Facts, add_pair};
use super::json::{self, Json, Token};
use super::problem::Problem;
use super::source::Source;
use super::ubjson::{self, Ubjson};

/// How many values are kept.
const VALUES_MAX: usize = 1_000;

/// How many names of features are kept.
const NAMES_MAX: usize = 10_000;

/// A document of these: the key that tells it in its beginning, the format, and the lists whose items are counted.
const KINDS: &[(&str, &str, &[&str])] = &[
    ("\"learner\"", "xgboost-json", &["trees"]),
    ("\"oblivious_trees\"", "catboost-json", &["oblivious_trees"]),
    ("\"features_info\"", "catboost-json", &["oblivious_trees"]),
    ("\"tree_info\"", "lightgbm-json-dump", &["tree_info"]),
    ("learner", "xgboost-ubj", &["trees"]),
    ("\"num_tree_per_iteration\"", "lightgbm-json-dump", &["tree_info"]),
];

/// The only one that is no text.
const BINARY: &str = "xgboost-ubj";

/// The tokens of either kind of document.
enum Tokens<'a> {
    Json(Json<'a>),
    Ubjson(Ubjson<'a>),
}

impl Tokens<'_> {
    async fn next(&mut self) -> Result<Option<Token>, Problem> {
        match self {
            Self::Json(json) => json.next().await,
            Self::Ubjson(ubjson) => ubjson.next().await,
        }
    }

    fn cursor(&self) -> &Cursor {
        match self {
            Self::Json(json) => json.cursor(),
            Self::Ubjson(ubjson) => ubjson.cursor(),
        }
    }
}

/// Which of these documents this is, by its beginning.
pub fn which(head: &[u8]) -> Option<&'static str> {
    let is_binary = ubjson::looks_like_one(head);
    let mut kinds = KINDS.iter().filter(|_| json::is_object(head));
    kinds
        .find(|(key, format, _)| is_binary == (*format == BINARY) && json::mentions(head, key))
        .map(|(_, format, _)| *format)
}

/// Reads one of them.
pub async fn read(source: &Source, format: &'static str, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = format.into();
    let mut cursor = Cursor::new(source);
    let mut tokens = match format {
        BINARY => Tokens::Ubjson(Ubjson::new(&mut cursor)),
        _ => Tokens::Json(Json::new(&mut cursor)),
    };
    let counted = KINDS
        .iter()
        .find(|(_, kind, _)| *kind == format)
        .map_or(&[][..], |(_, _, counted)| counted);
    // For each open object or array the key that leads to it.
    let mut path: Vec<String> = Vec::new();
    let mut key = String::new();
    let mut features = Vec::new();
    while let Some(token) = tokens.next().await? {
        match token {
            Token::Key(name) => key = name,
            Token::Object | Token::Array => {
                if counted.contains(&key.as_str()) && token == Token::Array {
                    let count = count_items(&mut tokens).await?;
                    facts.hyperparams.push(("trees".to_owned(), count.to_string()));
                } else {
                    path.push(std::mem::take(&mut key));
                }
            }
            Token::End => drop(path.pop()),
            Token::Text(text) | Token::Number(text) => {
                keep(facts, &path, &key, text, &mut features, tokens.cursor())?;
            }
            Token::Bool(is) => keep(facts, &path, &key, is.to_string(), &mut features, tokens.cursor())?,
            Token::Null => {}
        }
    }
    if !features.is_empty() {
        facts.metadata.push(("feature_names".to_owned(), features.join(", ")));
    }
    Ok(())
}

/// Passes over the array that was just opened, and counts its items.
async fn count_items(tokens: &mut Tokens<'_>) -> Result<u64, Problem> {
    let (mut count, mut depth) = (0u64, 0u64);
    while let Some(token) = tokens.next().await? {
        if token == Token::End && depth == 0 {
            break;
        }
        count += u64::from(depth == 0);
        match token {
            Token::Object | Token::Array => depth += 1,
            Token::End => depth -= 1,
            _ => {}
        }
    }
    Ok(count)
}

/// Keeps a value that has a name; of lists the names of features and the version.
fn keep(
    facts: &mut Facts,
    path: &[String],
    key: &str,
    value: String,
    features: &mut Vec<String>,
    cursor: &Cursor,
) -> Result<(), Problem> {
    let list = path.last().map_or("", String::as_str);
    match (key, list) {
        ("", "feature_names") if features.len() < NAMES_MAX => features.push(value),
        ("", "version") => {
            let version = facts.format_version.get_or_insert_default();
            if !version.is_empty() {
                version.push('.');
            }
            version.push_str(&value);
        }
        ("", _) => {}
        ("version", _) => facts.format_version = Some(value),
        _ if facts.hyperparams.len() < VALUES_MAX => {
            let is_named = path.iter().rev().find(|name| !name.is_empty());
            let within = is_named.map_or("", String::as_str);
            if ["objective", "gradient_booster"].contains(&within) && key == "name" {
                let architecture = facts.architecture.get_or_insert_default();
                if !architecture.is_empty() {
                    architecture.push_str(", ");
                }
                architecture.push_str(&value);
            }
            let name = if within.is_empty() {
                key.to_owned()
            } else {
                format!("{within}.{key}")
            };
            add_pair(&mut facts.hyperparams, name, value, cursor)?;
        }
        _ => {}
    }
    Ok(())
}
