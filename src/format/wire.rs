//! Protocol buffers on the wire: fields one after the other, none kept.
//!
//! Source: protobuf.dev, "Encoding". Groups, which nobody writes any more, are refused.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::problem::Problem;

/// How many messages may be open, one in the other: as many as the protobuf libraries take.
const DEPTH_MAX: usize = 100;

/// How many numbers of fields are told apart where it is only asked which there are.
const NUMBERS_MAX: usize = 100;

/// A field's value, or where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Varint(u64),
    /// Eight bytes.
    Fixed64([u8; 8]),
    /// So many bytes, at which the cursor is: a string, a message, packed numbers.
    Bytes(u64),
    /// Four bytes.
    Fixed32([u8; 4]),
}

/// The next field: its number and value; None at the end. After [`Value::Bytes`] the cursor has to be moved on.
pub async fn field(cursor: &mut Cursor) -> Result<Option<(u64, Value)>, Problem> {
    if cursor.is_at_end() {
        return Ok(None);
    }
    let (number, kind) = tag(cursor).await?;
    Ok(Some((number, value(cursor, kind).await?)))
}

/// Number and wire type of the next field.
async fn tag(cursor: &mut Cursor) -> Result<(u64, u64), Problem> {
    let tag = varint(cursor).await?;
    match tag >> 3 {
        0 => Err(cursor.wrong("a protobuf field of number 0")),
        number => Ok((number, tag & 7)),
    }
}

async fn value(cursor: &mut Cursor, kind: u64) -> Result<Value, Problem> {
    Ok(match kind {
        0 => Value::Varint(varint(cursor).await?),
        1 => Value::Fixed64(cursor.array().await?),
        2 => {
            let count = varint(cursor).await?;
            if count > cursor.left() {
                return Err(Problem::cut_off(cursor.in_file().saturating_add(cursor.left())));
            }
            Value::Bytes(count)
        }
        5 => Value::Fixed32(cursor.array().await?),
        other => return Err(cursor.wrong(format!("a protobuf field of wire type {other}"))),
    })
}

/// Which fields the message has that begins here, and whether it is whole: enough to tell which format it is of.
pub async fn outline(cursor: &mut Cursor) -> (BTreeSet<u64>, bool) {
    let mut numbers = BTreeSet::new();
    while !cursor.is_at_end() {
        let Ok((number, kind)) = tag(cursor).await else {
            return (numbers, false);
        };
        if numbers.len() < NUMBERS_MAX {
            numbers.insert(number);
        }
        let is_passed = match value(cursor, kind).await {
            Ok(value) => skip(cursor, value).is_ok(),
            Err(_) => false,
        };
        if !is_passed {
            return (numbers, false);
        }
    }
    (numbers, true)
}

/// Messages within messages, gone through in one loop: whoever reads enters those that it knows.
#[derive(Debug, Default)]
pub struct Messages {
    /// For each that is open, the end of the one that it is in.
    ends: Vec<u64>,
}

/// What comes next in messages within messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A field of the innermost one.
    Field(u64, Value),
    /// Its end.
    End,
}

impl Messages {
    /// The next field or end; None after the outermost message.
    pub async fn next(&mut self, cursor: &mut Cursor) -> Result<Option<Event>, Problem> {
        if cursor.is_at_end()
            && let Some(outer) = self.ends.pop()
        {
            cursor.leave(outer);
            return Ok(Some(Event::End));
        }
        let field = field(cursor).await?;
        Ok(field.map(|(number, value)| Event::Field(number, value)))
    }

    /// Enters the message of so many bytes, at which the cursor is.
    pub fn enter(&mut self, cursor: &mut Cursor, count: u64) -> Result<(), Problem> {
        if self.ends.len() == DEPTH_MAX {
            return Err(Problem::too_many(
                cursor.in_file(),
                "levels of messages",
                DEPTH_MAX as u64,
            ));
        }
        self.ends.push(cursor.enter(count)?);
        Ok(())
    }
}

/// A number of at most ten bytes.
pub async fn varint(cursor: &mut Cursor) -> Result<u64, Problem> {
    let mut number = 0u64;
    for shift in (0..70).step_by(7) {
        let byte = cursor.u8().await?;
        number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(cursor.wrong("a protobuf number of more than ten bytes"))
}

/// Passes over a value.
pub fn skip(cursor: &mut Cursor, value: Value) -> Result<(), Problem> {
    match value {
        Value::Bytes(count) => cursor.skip(count).map(drop),
        _ => Ok(()),
    }
}

/// The string that a value is; empty for anything else.
pub async fn text(cursor: &mut Cursor, value: Value) -> Result<String, Problem> {
    match value {
        Value::Bytes(count) => cursor.text(count).await,
        _ => Ok(String::new()),
    }
}

/// Adds the numbers that a value is, one or many packed ones, to a list of at most `limit`.
pub async fn numbers(cursor: &mut Cursor, value: Value, numbers: &mut Vec<u64>, limit: usize) -> Result<(), Problem> {
    let full = |cursor: &Cursor| Problem::too_many(cursor.in_file(), "numbers in a field", limit as u64);
    match value {
        Value::Varint(number) if numbers.len() < limit => numbers.push(number),
        Value::Varint(_) => return Err(full(cursor)),
        Value::Bytes(count) => {
            let outer = cursor.enter(count)?;
            while !cursor.is_at_end() {
                if numbers.len() >= limit {
                    return Err(full(cursor));
                }
                numbers.push(varint(cursor).await?);
            }
            cursor.leave(outer);
        }
        Value::Fixed64(_) | Value::Fixed32(_) => {}
    }
    Ok(())
}
