//! HDF5's B-trees and fractal heaps, as far as they lead to the links and attributes of an object.
//!
//! Source: HDF5 File Format Specification 3.0, sections III.A (B-trees), III.C (symbol tables), III.D (local heap),
//! III.G (fractal heap).

use std::ops::Range;

use super::super::problem::Problem;
use super::file::File;

/// The longest name of a link.
const NAME_BYTES_MAX: usize = 64 * 1024;

/// Indirect blocks within each other: the address space of a heap has 64 bits, and each level doubles what it spans.
const LEVELS_MAX: usize = 64;

/// The links of a group of the old kind, in order of name: name, and the address of the object. Links that are no
/// more than a path are passed over.
pub async fn symbols(file: &mut File, tree: u64, heap: u64) -> Result<Vec<(String, u64)>, Problem> {
    const SOFT: u32 = 2;
    file.seek_signature(heap, *b"HEAP").await?;
    file.cursor.skip(4)?;
    let names_bytes = file.length().await?;
    file.length().await?;
    let names = file.must_address().await?;
    let mut links = Vec::new();
    for node in symbol_nodes(file, tree).await? {
        file.seek_signature(node, *b"SNOD").await?;
        file.cursor.skip(2)?;
        let count = file.cursor.u16().await?;
        for _ in 0..count {
            file.cursor.step()?;
            let name = file.must_address().await?;
            let object = file.address().await?;
            let kind = file.cursor.u32().await?;
            file.cursor.skip(4 + 16)?;
            let next = file.cursor.at();
            if let Some(object) = object.filter(|_| kind != SOFT) {
                if name >= names_bytes {
                    return Err(file.cursor.wrong("the name of an HDF5 link beyond its heap"));
                }
                file.cursor.seek(names.saturating_add(name))?;
                let name = file.cursor.line(0, NAME_BYTES_MAX).await?;
                links.push((String::from_utf8_lossy(&name).into_owned(), object));
                file.cursor.seek(next)?;
            }
        }
    }
    Ok(links)
}

/// The leaves of the tree of a group, in order.
async fn symbol_nodes(file: &mut File, tree: u64) -> Result<Vec<u64>, Problem> {
    let mut leaves = Vec::new();
    // With the level that a node must be of: no node leads back to itself.
    let mut nodes = vec![(tree, None)];
    while let Some((node, expected)) = nodes.pop() {
        file.cursor.step()?;
        file.seek_signature(node, *b"TREE").await?;
        let [kind, level] = file.cursor.array().await?;
        if kind != 0 || expected.is_some_and(|expected| level != expected) {
            return Err(file.cursor.wrong("an HDF5 B-tree that is none of a group"));
        }
        let count = file.cursor.u16().await?;
        file.cursor.skip(2 * file.offset_bytes())?;
        let mut children = Vec::new();
        for _ in 0..count {
            file.cursor.step()?;
            file.length().await?;
            children.push(file.must_address().await?);
        }
        match level.checked_sub(1) {
            None => leaves.extend(children),
            Some(below) => nodes.extend(children.into_iter().rev().map(|child| (child, Some(below)))),
        }
    }
    Ok(leaves)
}

/// Where the links or attributes of an object are that has many: the tree tells their places in the heap.
/// `skipped` bytes of each record stand before the place.
pub async fn dense(file: &mut File, heap: u64, tree: u64, skipped: u64) -> Result<Vec<Range<u64>>, Problem> {
    let heap = Heap::open(file, heap).await?;
    let mut ranges = Vec::new();
    for record in records(file, tree).await? {
        file.cursor.seek(record.saturating_add(skipped))?;
        ranges.push(heap.object(file).await?);
    }
    Ok(ranges)
}

/// The bytes that a number up to this one takes.
fn bytes_for(most: u64) -> u8 {
    u8::try_from((64 - most.leading_zeros()).div_ceil(8)).unwrap_or(8)
}

/// Where the records of a version 2 B-tree are.
async fn records(file: &mut File, tree: u64) -> Result<Vec<u64>, Problem> {
    file.seek_signature(tree, *b"BTHD").await?;
    file.cursor.skip(2)?;
    let node_bytes = u64::from(file.cursor.u32().await?);
    let record_bytes = u64::from(file.cursor.u16().await?);
    let depth = file.cursor.u16().await?;
    file.cursor.skip(2)?;
    let root = file.address().await?;
    let count = u64::from(file.cursor.u16().await?);
    // Signature, version, type and checksum of a node.
    let room = node_bytes.saturating_sub(10);
    let in_leaf = room.checked_div(record_bytes).unwrap_or(0);
    let count_bytes = bytes_for(in_leaf);
    // For each depth how many bytes the count of all records below takes.
    let mut all_bytes = vec![0u8];
    let mut all = in_leaf;
    for _ in 0..depth {
        let pointer = file.offset_bytes() + u64::from(count_bytes) + u64::from(all_bytes.last().copied().unwrap_or(0));
        let here = room
            .saturating_sub(pointer)
            .checked_div(record_bytes + pointer)
            .unwrap_or(0);
        all = here.saturating_add(1).saturating_mul(all).saturating_add(here);
        all_bytes.push(bytes_for(all));
        if all_bytes.len() > LEVELS_MAX {
            return Err(file.cursor.wrong("an HDF5 B-tree of more levels than can be"));
        }
    }
    let mut found = Vec::new();
    let mut nodes: Vec<_> = root.map(|root| (root, count, usize::from(depth))).into_iter().collect();
    while let Some((node, count, depth)) = nodes.pop() {
        file.cursor.step()?;
        file.seek_signature(node, if depth == 0 { *b"BTLF" } else { *b"BTIN" })
            .await?;
        file.cursor.skip(2)?;
        for _ in 0..count {
            file.cursor.step()?;
            found.push(file.cursor.skip(record_bytes)?.start);
        }
        let Some(below) = depth.checked_sub(1) else { continue };
        for _ in 0..=count {
            file.cursor.step()?;
            let child = file.must_address().await?;
            let count = file.cursor.uint(count_bytes).await?;
            file.cursor.skip(all_bytes.get(below).copied().unwrap_or(0).into())?;
            nodes.push((child, count, below));
        }
    }
    Ok(found)
}

/// A fractal heap: blocks in rows, each row from the third on of blocks twice as large as the one before.
struct Heap {
    address_bytes: u8,
    length_bytes: u8,
    width: u64,
    first_bytes: u64,
    direct_rows: u64,
    root: u64,
    root_rows: u16,
}

impl Heap {
    async fn open(file: &mut File, heap: u64) -> Result<Self, Problem> {
        file.seek_signature(heap, *b"FRHP").await?;
        file.cursor.skip(1 + 2)?;
        let filters = file.cursor.u16().await?;
        if filters != 0 {
            return Err(Problem::not_read(file.cursor.in_file(), "a filtered HDF5 heap"));
        }
        file.cursor.skip(1)?;
        let object_max = u64::from(file.cursor.u32().await?);
        // Huge and tiny objects, free space, and what is used: eight lengths, two addresses.
        for _ in 0..2 {
            file.length().await?;
            file.address().await?;
        }
        for _ in 0..8 {
            file.length().await?;
        }
        let width = u64::from(file.cursor.u16().await?);
        let first_bytes = file.length().await?;
        let direct_max = file.length().await?;
        let bits = file.cursor.u16().await?;
        file.cursor.skip(2)?;
        let root = file.must_address().await?;
        let root_rows = file.cursor.u16().await?;
        if width == 0 || !first_bytes.is_power_of_two() || !direct_max.is_power_of_two() || direct_max < first_bytes {
            return Err(file.cursor.wrong("an HDF5 heap of blocks that cannot be"));
        }
        Ok(Self {
            address_bytes: u8::try_from(bits.div_ceil(8)).unwrap_or(8).min(8),
            length_bytes: bytes_for(direct_max.min(object_max)),
            width,
            first_bytes,
            direct_rows: u64::from(direct_max.ilog2() - first_bytes.ilog2()) + 2,
            root,
            root_rows,
        })
    }

    /// Where the object is whose place in the heap is told here.
    async fn object(&self, file: &mut File) -> Result<Range<u64>, Problem> {
        let flags = file.cursor.u8().await?;
        if flags & 0x30 != 0 {
            return Err(Problem::not_read(
                file.cursor.in_file(),
                "a huge or tiny object of an HDF5 heap",
            ));
        }
        let mut offset = file.cursor.uint(self.address_bytes).await?;
        let length = file.cursor.uint(self.length_bytes).await?;
        let mut block = self.root;
        // None: a direct block.
        let mut rows = Some(self.root_rows).filter(|rows| *rows > 0);
        for _ in 0..LEVELS_MAX {
            if rows.is_none() {
                let start = block.saturating_add(offset);
                return Ok(start..start.saturating_add(length));
            }
            file.cursor.step()?;
            let row_bytes = self.width.saturating_mul(self.first_bytes);
            let row = offset
                .checked_div(row_bytes)
                .and_then(u64::checked_ilog2)
                .map_or(0, |row| u64::from(row) + 1);
            let double = u32::try_from(row.saturating_sub(1)).unwrap_or(u32::MAX);
            let block_bytes = self.first_bytes.checked_shl(double).unwrap_or(u64::MAX);
            let row_start = if row == 0 {
                0
            } else {
                block_bytes.saturating_mul(self.width)
            };
            let in_row = offset.saturating_sub(row_start);
            let column = in_row.checked_div(block_bytes).unwrap_or(0);
            offset = in_row.checked_rem(block_bytes).unwrap_or(0);
            file.seek_signature(block, *b"FHIB").await?;
            let entry = row.saturating_mul(self.width).saturating_add(column);
            file.cursor
                .skip(1 + file.offset_bytes() + u64::from(self.address_bytes))?;
            file.cursor.skip(entry.saturating_mul(file.offset_bytes()))?;
            block = file.must_address().await?;
            rows = (row >= self.direct_rows).then_some(1);
        }
        Err(file.cursor.wrong("an HDF5 heap of more levels than can be"))
    }
}
