//! Protocol buffers on the wire: fields one after the other, none kept.
//!
//! Source: protobuf.dev, "Encoding". Groups, which nobody writes any more, are refused.

use super::cursor::Cursor;
use super::problem::Problem;

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
    let tag = varint(cursor).await?;
    let value = match tag & 7 {
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
    };
    match tag >> 3 {
        0 => Err(cursor.wrong("a protobuf field of number 0")),
        number => Ok(Some((number, value))),
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
