//! NumPy arrays: `.npy`, and `.npz`, a zip of them.
//!
//! Source: numpy.lib.format (NEP 1). The header is a Python literal; it is read as one, and never evaluated.

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Arranged, Facts, Place, TENSORS_MAX, Tensor};
use super::pickle;
use super::problem::Problem;
use super::python::{Literal, parse};
use super::source::Source;
use super::zip::{Directory, Member};
use crate::digest::Hasher;

/// numpy itself refuses headers of more than 10,000 characters.
const HEADER_BYTES_MAX: u64 = 64 * 1024;

/// Packed arrays have to be unpacked for their digests: so many bytes of them in a file.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Dimensions that numpy knows.
const DIMENSIONS_MAX: usize = 64;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header of an array says.
struct Header {
    dtype: Dtype,
    element_bytes: u64,
    is_big_endian: bool,
    is_fortran: bool,
    /// Its elements are objects, or hold some.
    holds_objects: bool,
    shape: Vec<u64>,
    /// Where the data begin.
    end: u64,
}

/// Whether a file is an array, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Whether a zip is of arrays; other files may be among them.
pub fn is_npz(directory: &Directory) -> bool {
    directory.members.iter().any(|member| member.name.ends_with(".npy"))
}

/// Reads an array of this name.
pub async fn read(name: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "npy".into();
    let mut cursor = Cursor::new(source);
    let header = read_header(&mut cursor, facts).await?;
    let place = place(&header, &cursor);
    facts.payload = Some(header.end..source.size());
    if header.holds_objects {
        let walked = walk_objects(&header, &mut cursor, facts).await;
        facts.tensors.push(Tensor::new(name, header.dtype, header.shape));
        facts.count_all_elements();
        return walked;
    }
    let tensor = Tensor::new(name, header.dtype, header.shape);
    match place {
        Ok(place) => facts.tensors.push(tensor.at(place)),
        Err(problem) => {
            facts.tensors.push(tensor);
            facts.count_all_elements();
            return Err(problem);
        }
    }
    facts.count_all_elements();
    Ok(())
}

/// Reads all arrays of a zip.
pub async fn read_zip(directory: &Directory, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "npz".into();
    let mut unpacked = 0;
    for member in &directory.members {
        if facts.tensors.len() as u64 == TENSORS_MAX {
            return Err(Problem::too_many(0, "tensors", TENSORS_MAX));
        }
        if !member.name.ends_with(".npy") && member.head(source, MAGIC.len()).await? != MAGIC {
            continue;
        }
        let tensor = read_member(member, source, facts, &mut unpacked).await?;
        facts.tensors.push(tensor);
    }
    facts.count_all_elements();
    Ok(())
}

async fn read_member(
    member: &Member,
    source: &Source,
    facts: &mut Facts,
    unpacked: &mut u64,
) -> Result<Tensor, Problem> {
    let name = member.name.strip_suffix(".npy").unwrap_or(&member.name);
    if member.method == 0 {
        let mut cursor = Cursor::new(&member.open(source, 0).await?);
        let header = read_header(&mut cursor, facts).await?;
        if header.holds_objects {
            walk_objects(&header, &mut cursor, facts).await?;
        }
        let place = place(&header, &cursor)?;
        return Ok(Tensor::new(name, header.dtype, header.shape).at(place));
    }
    let mut inflate = member.unpack(source).await?;
    let mut head = Vec::new();
    while (head.len() as u64) < HEADER_BYTES_MAX {
        let piece = inflate.next().await?;
        if piece.is_empty() {
            break;
        }
        head.extend(piece);
    }
    let header = read_header(&mut Cursor::new(&source.unpacked(head.clone())), facts).await?;
    if header.holds_objects {
        let mut cursor = Cursor::new(&member.open(source, UNPACKED_BYTES_MAX as usize).await?);
        walk_objects(&header, &mut cursor, facts).await?;
    }
    let mut tensor = Tensor::new(name, header.dtype, header.shape);
    *unpacked = unpacked.saturating_add(member.size);
    let is_plain = !header.is_big_endian && !header.is_fortran && !header.holds_objects;
    if is_plain && *unpacked <= UNPACKED_BYTES_MAX {
        let mut hasher = Hasher::new();
        let mut piece = usize::try_from(header.end)
            .ok()
            .map_or(Vec::new(), |end| head.split_off(end.min(head.len())));
        let mut count = piece.len() as u64;
        // What a directory says of lengths need not be so: not more is unpacked than was counted.
        while count <= member.size {
            hasher.update(&piece);
            piece = inflate.next().await?;
            count = count.saturating_add(piece.len() as u64);
            if piece.is_empty() {
                tensor.digest = Some(hasher.finish());
                break;
            }
        }
    }
    Ok(tensor)
}

/// Arrays of objects are a pickle behind the header.
async fn walk_objects(header: &Header, cursor: &mut Cursor, facts: &mut Facts) -> Result<(), Problem> {
    cursor.seek(header.end)?;
    pickle::walk(cursor, facts).await.map(drop)
}

async fn read_header(cursor: &mut Cursor, facts: &mut Facts) -> Result<Header, Problem> {
    let start = cursor.in_file();
    if cursor.look(MAGIC.len()).await? != MAGIC {
        return Err(Problem::wrong(start, "no NumPy array"));
    }
    cursor.skip(MAGIC.len() as u64)?;
    let (major, minor) = (cursor.u8().await?, cursor.u8().await?);
    facts.format_version = Some(format!("{major}.{minor}"));
    let length = match major {
        1 => u64::from(cursor.u16().await?),
        2 | 3 => u64::from(cursor.u32().await?),
        _ => return Err(Problem::not_read(start, format!("NumPy format {major}.{minor}"))),
    };
    if length > HEADER_BYTES_MAX {
        return Err(Problem::too_many(start, "bytes of header", HEADER_BYTES_MAX));
    }
    let at = cursor.in_file();
    let bytes = cursor.bytes(length, HEADER_BYTES_MAX as usize).await?;
    // Before version 3 it is Latin-1, whose bytes are the first code points.
    let text = match major {
        3 => String::from_utf8(bytes).map_err(|_| Problem::wrong(at, "a header that is no UTF-8"))?,
        _ => bytes.into_iter().map(char::from).collect(),
    };
    let header = parse(&text).and_then(|literal| header_of(&literal, cursor.at()));
    header.ok_or_else(|| Problem::wrong(at, "a header that is no dictionary of descr, fortran_order and shape"))
}

fn header_of(literal: &Literal, end: u64) -> Option<Header> {
    let Literal::Items(shape) = literal.get("shape")? else {
        return None;
    };
    let shape: Option<Vec<u64>> = shape.iter().map(Literal::as_u64).collect();
    let shape = shape.filter(|shape| shape.len() <= DIMENSIONS_MAX)?;
    let Literal::Bool(is_fortran) = literal.get("fortran_order")? else {
        return None;
    };
    let descr = literal.get("descr")?;
    let (dtype, element_bytes, is_big_endian) = match descr {
        Literal::Text(text) => dtype_of(text)?,
        Literal::Items(_) => (Dtype::named("STRUCT"), bytes_of(descr, 0)?, false),
        _ => return None,
    };
    Some(Header {
        dtype,
        element_bytes,
        is_big_endian,
        // With one dimension there is one order.
        is_fortran: *is_fortran && shape.len() > 1,
        holds_objects: holds_objects(descr),
        shape,
        end,
    })
}

/// The dtype, the bytes of an element, and whether they are big-endian: of `<f4`, `|S10`, `>i8`.
pub(super) fn dtype_of(text: &str) -> Option<(Dtype, u64, bool)> {
    let (order, rest) = match text.chars().next()? {
        '<' | '>' | '|' | '=' => text.split_at_checked(1)?,
        _ => ("", text),
    };
    let (kind, count) = rest.split_at_checked(1)?;
    // What follows a date's width in brackets is its unit.
    let count = count.split('[').next().unwrap_or_default();
    let count: u64 = if count.is_empty() { 0 } else { count.parse().ok()? };
    let name = match (kind, count) {
        ("b", 1) | ("?", _) => "BOOL",
        ("i", 1) => "I8",
        ("i", 2) => "I16",
        ("i", 4) => "I32",
        ("i", 8) => "I64",
        ("u", 1) => "U8",
        ("u", 2) => "U16",
        ("u", 4) => "U32",
        ("u", 8) => "U64",
        ("f", 2) => "F16",
        ("f", 4) => "F32",
        ("f", 8) => "F64",
        ("c", 8) => "C64",
        ("c", 16) => "C128",
        ("O", _) => "OBJECT",
        ("U", _) => "STRING",
        ("S", _) | ("V", _) => "BYTES",
        _ => return Some((Dtype::named(text.to_owned()), count, false)),
    };
    let element_bytes = match kind {
        "U" => count.checked_mul(4)?,
        "?" => 1,
        _ => count,
    };
    let turns = !["b", "?", "S", "V", "O"].contains(&kind) && element_bytes > 1;
    Some((Dtype::named(name), element_bytes, order == ">" && turns))
}

/// Whether a dtype, or one of its fields, is `O` or `object`.
fn holds_objects(descr: &Literal) -> bool {
    match descr {
        Literal::Text(text) => text.contains('O') || text.contains("object"),
        Literal::Items(items) => items.iter().any(holds_objects),
        _ => false,
    }
}

/// The bytes of an element of a structure.
fn bytes_of(descr: &Literal, depth: usize) -> Option<u64> {
    match descr {
        Literal::Text(text) => dtype_of(text).map(|(_, bytes, _)| bytes),
        Literal::Items(fields) if depth < 8 => fields.iter().try_fold(0u64, |sum, field| {
            let Literal::Items(parts) = field else { return None };
            let bytes = bytes_of(parts.get(1)?, depth + 1)?;
            let count = match parts.get(2) {
                Some(Literal::Items(shape)) => shape
                    .iter()
                    .try_fold(1u64, |product, size| product.checked_mul(size.as_u64()?))?,
                Some(size) => size.as_u64()?,
                None => 1,
            };
            sum.checked_add(bytes.checked_mul(count)?)
        }),
        _ => None,
    }
}

fn place(header: &Header, cursor: &Cursor) -> Result<Place, Problem> {
    let at = cursor.source().in_file(header.end);
    // Its elements are in a pickle.
    if header.holds_objects {
        return Ok(Place::Nowhere);
    }
    let bytes = super::facts::elements(&header.shape).and_then(|elements| elements.checked_mul(header.element_bytes));
    let Some(bytes) = bytes else {
        return Err(Problem::wrong(at, "a shape of more than 2^64 bytes"));
    };
    if bytes > cursor.source().size().saturating_sub(header.end) {
        return Err(Problem::cut_off(cursor.source().in_file(cursor.source().size())));
    }
    let range = at..at.saturating_add(bytes);
    let width = u8::try_from(header.element_bytes).ok().filter(|width| *width > 0);
    match width {
        Some(element_bytes) if header.is_big_endian || header.is_fortran => Ok(Place::Arranged(
            range,
            Arranged {
                swap_bytes: header.is_big_endian.then_some(match header.dtype.name() {
                    // Each half is a number.
                    "C64" => 4,
                    "C128" => 8,
                    _ => element_bytes,
                }),
                element_bytes,
                strides: header.is_fortran.then(|| fortran_strides(&header.shape)),
            },
        )),
        _ => Ok(Place::Here(range)),
    }
}

/// The first index runs fastest.
pub(super) fn fortran_strides(shape: &[u64]) -> Vec<u64> {
    let stride = |stride: &mut u64, size: &u64| {
        let here = *stride;
        *stride = stride.saturating_mul(*size);
        Some(here)
    };
    shape.iter().scan(1, stride).collect()
}
