//! JSON as the journal needs it: strict, bounded, and exact.
//!
//! An entry's id is the digest of its canonical JSON (RFC 8785), so what is read must be what was
//! written. General readers keep the last of two equal keys, round numbers to what a float holds, and
//! spend dozens of bytes of memory on each byte of a hostile file. This one refuses doubled keys at
//! every level, keeps a number exactly or refuses it, and stops at named limits.

mod canonical;
mod number;
mod parse;
mod write;

pub use canonical::member_of_canonical;
pub use number::Number;
pub use parse::{JsonError, JsonErrorKind, Limits, Reader, parse};
pub use write::{to_canonical, write_canonical, write_string};

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// A string: Unicode without lone surrogates.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object without doubled keys.
    Object(Object),
}

/// The members of a JSON object, in the order of RFC 8785, section 3.2.3: by the UTF-16 code units of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = self.position(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Sets a key, giving the value it had.
    pub fn insert(&mut self, key: String, value: Value) -> Option<Value> {
        match self.position(&key) {
            Ok(at) => self.0.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes a key out, giving its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position(key).ok()?;
        Some(self.0.remove(at).1)
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Members as they were read, in any order; a key that stands twice is given back.
    fn from_members(mut members: Vec<(String, Value)>) -> Result<Self, String> {
        if !members.is_sorted_by(|(a, _), (b, _)| utf16_order(a, b).is_le()) {
            members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
        }
        match members.array_windows().find(|[(a, _), (b, _)]| a == b) {
            Some([(twice, _), _]) => Err(twice.clone()),
            None => {
                members.shrink_to_fit();
                Ok(Self(members))
            }
        }
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| utf16_order(other, key))
    }
}

impl FromIterator<(String, Value)> for Object {
    /// Of equal keys the last one counts.
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        let mut object = Self::default();
        for (key, value) in members {
            object.insert(key, value);
        }
        object
    }
}

/// An object of these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Object {
    members
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

impl Value {
    /// The string that this is.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number from 0 to 2^64-1 that this is.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The number that this is, nearest double.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The truth value that this is.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(is) => Some(*is),
            _ => None,
        }
    }

    /// A number; None where JSON has none for it.
    pub fn number(double: f64) -> Option<Self> {
        Number::from_f64(double).map(Self::Number)
    }

    /// The array that this is.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The object that this is.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::Array(values)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

/// Compares as UTF-16, which differs from the order of the bytes only beyond the basic plane.
fn utf16_order(a: &str, b: &str) -> std::cmp::Ordering {
    match a.is_ascii() && b.is_ascii() {
        true => a.cmp(b),
        false => a.encode_utf16().cmp(b.encode_utf16()),
    }
}

#[cfg(test)]
mod tests;
