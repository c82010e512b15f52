//! HDF5's datatypes and dataspaces, and the values of attributes as text.
//!
//! Source: HDF5 File Format Specification 3.0, sections III.E (global heap), IV.A.2.b (dataspace), IV.A.2.d
//! (datatype), IV.A.2.m (attribute).

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::dtype::Dtype;
use super::super::problem::Problem;
use super::file::{File, Message};

/// Dimensions: HDF5 itself has at most 32.
const DIMENSIONS_MAX: u8 = 32;

/// Of the values of a list so many are shown.
const SHOWN_MAX: u64 = 1_000;

/// A text that is longer is shown in part.
const NAME_BYTES_MAX: usize = 64 * 1024;

/// The classes of datatypes, by number.
const INTEGER: u8 = 0;
const FLOAT: u8 = 1;
const STRING: u8 = 3;
const COMPOUND: u8 = 6;
const REFERENCE: u8 = 7;
const ENUMERATION: u8 = 8;
const VARIABLE: u8 = 9;

/// What every datatype begins with.
struct Head {
    version: u8,
    class: u8,
    bits: u16,
    bytes: u32,
}

/// A type of elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datatype {
    /// Our name for it.
    pub dtype: Dtype,
    /// The bytes of an element.
    pub bytes: u32,
    /// The bytes that have to be turned round, if it is big-endian.
    pub swap_bytes: Option<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int {
        is_signed: bool,
    },
    Float,
    Text,
    /// Text in a global heap, which the element names.
    HeapText,
    Other,
}

/// An attribute: what it says.
#[derive(Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value, or values.
    pub value: Value,
}

/// What an attribute says.
#[derive(Debug, PartialEq, Eq)]
pub enum Value {
    /// One.
    One(String),
    /// Several, the first ones of them.
    List(Vec<String>),
    /// Something that is not shown.
    Other,
}

/// Texts that attributes keep elsewhere: the heap that was read last, and where its objects are.
#[derive(Debug, Default)]
pub struct GlobalHeap {
    address: Option<u64>,
    objects: BTreeMap<u32, Range<u64>>,
}

/// Reads a datatype where the file is.
pub async fn datatype(file: &mut File) -> Result<Datatype, Problem> {
    let mut head = Head::read(file).await?;
    if head.class == ENUMERATION {
        if is_bool(file, head.version).await? {
            return Ok(Datatype::other("BOOL", head.bytes));
        }
        head = Head::read(file).await?;
    }
    let bytes = head.bytes;
    let (name, kind) = match head.class {
        INTEGER => {
            let is_signed = head.bits & 8 != 0;
            let name = match (is_signed, bytes) {
                (true, 1) => "I8",
                (true, 2) => "I16",
                (true, 4) => "I32",
                (true, 8) => "I64",
                (false, 1) => "U8",
                (false, 2) => "U16",
                (false, 4) => "U32",
                (false, 8) => "U64",
                _ => "INT",
            };
            (name, Kind::Int { is_signed })
        }
        FLOAT => {
            // Where bits begin and how many there are, before how many the exponent has.
            file.cursor.skip(5)?;
            let exponent_bits = file.cursor.u8().await?;
            let name = match (bytes, exponent_bits) {
                (8, _) => "F64",
                (4, _) => "F32",
                (2, 5) => "F16",
                (2, 8) => "BF16",
                (1, 4) => "F8_E4M3",
                (1, 5) => "F8_E5M2",
                _ => "FLOAT",
            };
            (name, Kind::Float)
        }
        STRING => ("STRING", Kind::Text),
        COMPOUND => {
            let complex = complex(file, &head).await?;
            return Ok(complex.unwrap_or_else(|| Datatype::other("STRUCT", bytes)));
        }
        REFERENCE => ("REFERENCE", Kind::Other),
        VARIABLE if head.bits & 15 == 1 => ("OBJECT", Kind::HeapText),
        VARIABLE => ("OBJECT", Kind::Other),
        _ => ("BYTES", Kind::Other),
    };
    let is_number = matches!(kind, Kind::Int { .. } | Kind::Float);
    let is_big = is_number && head.bits & 1 != 0 && bytes > 1;
    Ok(Datatype {
        kind,
        swap_bytes: u8::try_from(bytes).ok().filter(|_| is_big),
        ..Datatype::other(name, bytes)
    })
}

impl Head {
    async fn read(file: &mut File) -> Result<Self, Problem> {
        let [first, bits, more_bits, _] = file.cursor.array().await?;
        Ok(Self {
            version: first >> 4,
            class: first & 15,
            bits: u16::from_le_bytes([bits, more_bits]),
            bytes: file.cursor.u32().await?,
        })
    }
}

impl Datatype {
    fn other(name: &'static str, bytes: u32) -> Self {
        Self {
            dtype: Dtype::named(name),
            bytes,
            swap_bytes: None,
            kind: Kind::Other,
        }
    }
}

/// Whether the enumeration whose body begins here is the one that stands for truth values: FALSE and TRUE in a byte.
async fn is_bool(file: &mut File, version: u8) -> Result<bool, Problem> {
    // The type of its values: eight bytes, and four that an integer has besides.
    let names = file.cursor.look(12 + 16).await?;
    let width = names.get(4).copied();
    let names = names.get(12..).unwrap_or_default();
    let expected: &[u8] = if version >= 3 {
        b"FALSE\0TRUE\0"
    } else {
        b"FALSE\0\0\0TRUE\0\0\0\0"
    };
    Ok(width == Some(1) && names.starts_with(expected))
}

/// The complex number that a compound is, if its members, which begin here, are two floats of such names.
async fn complex(file: &mut File, head: &Head) -> Result<Option<Datatype>, Problem> {
    let (name, half) = match (head.bits, head.bytes) {
        (2, 8) => ("C64", 4),
        (2, 16) => ("C128", 8),
        _ => return Ok(None),
    };
    // A name, where the member is, in version 1 what it is an array of; then the twenty bytes of a float.
    let before = match head.version {
        1 => 8 + 32,
        2 => 8 + 4,
        _ => 2 + 1,
    };
    let body = file.cursor.look(before + 20 + 2).await?;
    let (first, second) = (body.get(..2), body.get(before + 20..));
    let float = body.get(before..).and_then(<[u8]>::first_chunk::<2>);
    let Some([class, bits]) = float.filter(|_| first == Some(b"r\0") && second == Some(b"i\0")) else {
        return Ok(None);
    };
    Ok((class & 15 == FLOAT).then(|| Datatype {
        swap_bytes: (bits & 1 != 0).then_some(half),
        ..Datatype::other(name, head.bytes)
    }))
}

/// Reads a dataspace where the file is: the dimensions; None: it is for nothing.
pub async fn dataspace(file: &mut File) -> Result<Option<Vec<u64>>, Problem> {
    let [version, rank, _] = file.cursor.array().await?;
    if rank > DIMENSIONS_MAX {
        return Err(file.cursor.wrong("an HDF5 dataspace of more than 32 dimensions"));
    }
    let is_null = match version {
        1 => {
            file.cursor.skip(5)?;
            false
        }
        2 => file.cursor.u8().await? == 2,
        version => return Err(file.cursor.wrong(format!("an HDF5 dataspace of version {version}"))),
    };
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.push(file.length().await?);
    }
    Ok((!is_null).then_some(shape))
}

/// Reads the attribute that a message, or a range of a heap, holds.
pub async fn attribute(file: &mut File, message: &Message, heap: &mut GlobalHeap) -> Result<Attribute, Problem> {
    let outer = file.enter(message).await?;
    let [version, flags] = file.cursor.array().await?;
    let name_bytes = u64::from(file.cursor.u16().await?);
    let type_bytes = u64::from(file.cursor.u16().await?);
    let space_bytes = u64::from(file.cursor.u16().await?);
    if version == 3 {
        file.cursor.skip(1)?;
    }
    // Version 1 pads each part.
    let padded = |bytes: u64| if version == 1 { bytes.next_multiple_of(8) } else { bytes };
    let name_at = file.cursor.skip(padded(name_bytes))?.start;
    let type_range = file.cursor.skip(padded(type_bytes))?;
    let space_range = file.cursor.skip(padded(space_bytes))?;
    let data = file.cursor.at();
    file.cursor.seek(name_at)?;
    let name = file.cursor.bytes(name_bytes, NAME_BYTES_MAX).await?;
    let name = text_of(&name);
    file.cursor.leave(outer);
    // The types of attributes may stand elsewhere too.
    let flags = if version > 1 { flags << 1 & 2 } else { 0 };
    let of_type = Message {
        kind: 3,
        flags,
        range: type_range,
    };
    let outer = file.enter(&of_type).await?;
    let datatype = datatype(file).await?;
    file.cursor.leave(outer);
    file.cursor.seek(space_range.start)?;
    let shape = dataspace(file).await?;
    file.cursor.seek(data)?;
    let value = match shape {
        Some(shape) => value(file, &datatype, &shape, heap).await?,
        None => Value::Other,
    };
    Ok(Attribute { name, value })
}

async fn value(file: &mut File, datatype: &Datatype, shape: &[u64], heap: &mut GlobalHeap) -> Result<Value, Problem> {
    if datatype.kind == Kind::Other && datatype.dtype.name() != "BOOL" {
        return Ok(Value::Other);
    }
    let count = shape.iter().fold(1u64, |count, size| count.saturating_mul(*size));
    let mut values = Vec::new();
    for place in 0..count.min(SHOWN_MAX) {
        file.cursor.step()?;
        let at = file.cursor.at();
        values.push(element(file, datatype, heap).await?);
        if place + 1 < count {
            file.cursor.seek(at.saturating_add(datatype.bytes.into()))?;
        }
    }
    Ok(match (values.pop(), shape.is_empty()) {
        (Some(value), true) => Value::One(value),
        (last, _) => {
            values.extend(last);
            if count > SHOWN_MAX {
                values.push(format!("… {count} in all"));
            }
            Value::List(values)
        }
    })
}

async fn element(file: &mut File, datatype: &Datatype, heap: &mut GlobalHeap) -> Result<String, Problem> {
    let width = u64::from(datatype.bytes);
    match datatype.kind {
        Kind::HeapText => {
            let bytes = file.cursor.u32().await?;
            let address = file.address().await?;
            let index = file.cursor.u32().await?;
            match address {
                Some(address) if bytes > 0 => heap.text(file, address, index, bytes.into()).await,
                _ => Ok(String::new()),
            }
        }
        Kind::Text => {
            let text = file.cursor.text(width).await?;
            Ok(text.trim_end_matches(['\0', ' ']).to_owned())
        }
        Kind::Float | Kind::Int { .. } | Kind::Other => {
            let mut bytes = file.cursor.bytes(width, 8).await?;
            if datatype.swap_bytes.is_some() {
                bytes.reverse();
            }
            let number = bytes
                .iter()
                .rev()
                .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
            let unused = 64 - 8 * u32::try_from(bytes.len()).unwrap_or(8).clamp(1, 8);
            Ok(match (datatype.kind, datatype.dtype.name()) {
                (Kind::Float, "F64") => f64::from_bits(number).to_string(),
                (Kind::Float, "F32") => f32::from_bits(number as u32).to_string(),
                (Kind::Int { is_signed: true }, _) => (((number << unused) as i64) >> unused).to_string(),
                (Kind::Other, _) => (number != 0).to_string(),
                (Kind::Int { .. }, _) => number.to_string(),
                (_, name) => format!("{name} 0x{number:x}"),
            })
        }
    }
}

impl GlobalHeap {
    async fn text(&mut self, file: &mut File, address: u64, index: u32, bytes: u64) -> Result<String, Problem> {
        let back = file.cursor.at();
        if self.address != Some(address) {
            self.read(file, address).await?;
        }
        let range = self.objects.get(&index).cloned();
        let range = range.filter(|range| range.end - range.start >= bytes);
        let range = range.ok_or_else(|| file.cursor.wrong("an HDF5 text that is not in its heap"))?;
        file.cursor.seek(range.start)?;
        let text = file.cursor.text(bytes).await?;
        file.cursor.seek(back)?;
        Ok(text.trim_end_matches('\0').to_owned())
    }

    async fn read(&mut self, file: &mut File, address: u64) -> Result<(), Problem> {
        self.objects.clear();
        self.address = None;
        file.seek_signature(address, *b"GCOL").await?;
        file.cursor.skip(4)?;
        let size = file.length().await?;
        let header = file.cursor.at() - address;
        let outer = file.cursor.enter(size.saturating_sub(header))?;
        while file.cursor.left() >= 16 {
            file.cursor.step()?;
            let index = u32::from(file.cursor.u16().await?);
            file.cursor.skip(6)?;
            let bytes = file.length().await?;
            // The free space, which is the last one.
            if index == 0 {
                break;
            }
            let range = file.cursor.skip(bytes)?;
            file.cursor
                .skip((bytes.next_multiple_of(8) - bytes).min(file.cursor.left()))?;
            self.objects.insert(index, range);
        }
        file.cursor.leave(outer);
        self.address = Some(address);
        Ok(())
    }
}

/// A name, which ends with a NUL.
fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}
