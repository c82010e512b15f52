//! Python literals, as they stand in headers of NumPy arrays: read, never evaluated.
//!
//! Source: The Python Language Reference, 2.4 "Literals" and 6.2 "Atoms": strings, whole numbers, `True`, `False`,
//! `None`, tuples, lists and dictionaries of them.

/// How deep literals may be nested.
const DEPTH_MAX: usize = 16;

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A whole number, as it stands there.
    Number(String),
    /// A string.
    Text(String),
    /// A tuple or a list.
    Items(Vec<Literal>),
    /// A dictionary, in its order.
    Dictionary(Vec<(Literal, Literal)>),
}

impl Literal {
    /// The value of a key of a dictionary.
    pub fn get(&self, key: &str) -> Option<&Literal> {
        let Self::Dictionary(members) = self else { return None };
        let is_it = |(name, _): &&(Literal, Literal)| matches!(name, Self::Text(text) if text == key);
        members.iter().find(is_it).map(|(_, value)| value)
    }

    /// The whole number from 0 to 2^64-1 that this is. Python 2 put an `L` behind long ones.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(digits) => digits.trim_end_matches('L').parse().ok(),
            _ => None,
        }
    }
}

/// The literal that a text is, with nothing but white space around it.
pub fn parse(text: &str) -> Option<Literal> {
    let mut rest = text;
    let literal = value(&mut rest, 0)?;
    rest.trim().is_empty().then_some(literal)
}

fn value(rest: &mut &str, depth: usize) -> Option<Literal> {
    *rest = rest.trim_start();
    let mut characters = rest.chars();
    match characters.next()? {
        '(' if depth < DEPTH_MAX => items(rest, ')', depth).map(Literal::Items),
        '[' if depth < DEPTH_MAX => items(rest, ']', depth).map(Literal::Items),
        '{' if depth < DEPTH_MAX => dictionary(rest, depth),
        '\'' | '"' => string(rest).map(Literal::Text),
        // A prefix that changes nothing here.
        'u' | 'b' if matches!(characters.next(), Some('\'' | '"')) => {
            *rest = rest.get(1..)?;
            string(rest).map(Literal::Text)
        }
        _ => {
            let end = rest
                .find(|character: char| !character.is_ascii_alphanumeric() && !"+-._".contains(character))
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            *rest = after;
            match word {
                "True" => Some(Literal::Bool(true)),
                "False" => Some(Literal::Bool(false)),
                "None" => Some(Literal::None),
                number => {
                    let is_number = number.starts_with(|first: char| first.is_ascii_digit() || first == '-');
                    is_number.then(|| Literal::Number(number.to_owned()))
                }
            }
        }
    }
}

/// What stands between this bracket and the next `close`, with a comma after each but the last.
fn items(rest: &mut &str, close: char, depth: usize) -> Option<Vec<Literal>> {
    *rest = rest.get(1..)?;
    let mut items = Vec::new();
    loop {
        if ends(rest, close) {
            return Some(items);
        }
        items.push(value(rest, depth + 1)?);
        if !goes_on(rest, close)? {
            return Some(items);
        }
    }
}

fn dictionary(rest: &mut &str, depth: usize) -> Option<Literal> {
    *rest = rest.get(1..)?;
    let mut members = Vec::new();
    loop {
        if ends(rest, '}') {
            return Some(Literal::Dictionary(members));
        }
        let key = value(rest, depth + 1)?;
        *rest = rest.trim_start().strip_prefix(':')?;
        members.push((key, value(rest, depth + 1)?));
        if !goes_on(rest, '}')? {
            return Some(Literal::Dictionary(members));
        }
    }
}

fn ends(rest: &mut &str, close: char) -> bool {
    match rest.trim_start().strip_prefix(close) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

/// Whether a comma comes, and not the end.
fn goes_on(rest: &mut &str, close: char) -> Option<bool> {
    if ends(rest, close) {
        return Some(false);
    }
    *rest = rest.trim_start().strip_prefix(',')?;
    Some(true)
}

fn string(rest: &mut &str) -> Option<String> {
    let mut characters = rest.char_indices();
    let (_, quote) = characters.next()?;
    let mut text = String::new();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => text.push(characters.next()?.1),
            end if end == quote => {
                *rest = rest.get(at + end.len_utf8()..)?;
                return Some(text);
            }
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_what_is_none() {
        let header =
            "{'descr': [('id', '<i8'), (u'w', \"<f4\", (2,))], 'fortran_order': False, 'shape': (2L, 3), }  \n";
        let read = parse(header);
        let shape = read.as_ref().and_then(|read| read.get("shape"));
        let numbers = [2, 3].map(Some);
        assert!(matches!(shape, Some(Literal::Items(items)) if items.iter().map(Literal::as_u64).eq(numbers)));
        assert!(parse("()").is_some() && parse("[[], None, True, -1]").is_some());
        for text in [
            "",
            "{",
            "(1",
            "(1 2)",
            "{'a'}",
            "{'a':}",
            "'",
            "'a",
            "x",
            "__import__('os')",
            "1 1",
            "{'a': (1,)]",
            "(,)",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(1000)), None);
    }
}
