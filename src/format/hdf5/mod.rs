//! HDF5: groups are walked, datasets located; what Keras wrote is told by its attributes.
//!
//! Source: HDF5 File Format Specification 3.0. Links to other files are never followed.
//!
//! | file | what for |
//! | --- | --- |
//! | `file` | the superblock, addresses, object headers |
//! | `tree` | the trees and heaps that lead to links and attributes |
//! | `value` | datatypes, dataspaces, attributes |

use std::collections::BTreeSet;

use super::facts::{Arranged, Facts, ParamCount, Place, Tensor, add, add_pair, elements};
use super::keras;
use super::problem::Problem;
use super::source::Source;

mod file;
mod tree;
mod value;

use file::{File, Message};
use value::{GlobalHeap, Value};

/// How deep groups are within each other.
const DEPTH_MAX: usize = 64;

/// How many attributes are shown.
const ATTRIBUTES_MAX: usize = 10_000;

/// What messages tell, by number.
const DATASPACE: u16 = 1;
const LINK_INFO: u16 = 2;
const DATATYPE: u16 = 3;
const LINK: u16 = 6;
const EXTERNAL_FILES: u16 = 7;
const LAYOUT: u16 = 8;
const FILTERS: u16 = 11;
const ATTRIBUTE: u16 = 12;
const SYMBOL_TABLE: u16 = 17;
const ATTRIBUTE_INFO: u16 = 21;

/// Whether a file is one by its first bytes. With a user block before it, only [`is_one`] tells.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.starts_with(file::SIGNATURE)
}

/// Whether there is a superblock, maybe after a user block.
pub async fn is_one(source: &Source) -> bool {
    matches!(file::find(source).await, Ok(Some(_)))
}

/// Reads a file.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "hdf5".into();
    let read = read_objects(source, facts).await;
    let taken = keras::take_attributes(source, facts).await;
    if !matches!(taken, Ok(false)) {
        facts.format = "keras-h5".into();
    }
    count(facts);
    read.and(taken.map(drop))
}

/// The objects of a file, from the root on, in order of path.
pub async fn read_objects(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let Some(at) = file::find(source).await? else {
        return Err(Problem::wrong(source.in_file(0), "no HDF5 superblock"));
    };
    let mut file = File::open(source, at).await?;
    facts.format_version = Some(format!("superblock {}", file.version));
    let mut walk = Walk {
        facts,
        heap: GlobalHeap::default(),
        visited: BTreeSet::new(),
        open: vec![(String::new(), file.root)],
    };
    let mut problem = None;
    while let Some((path, address)) = walk.open.pop() {
        // An object may have many names: it is one all the same.
        if walk.visited.insert(address)
            && let Err(wrong) = walk.object(&mut file, &path, address).await
        {
            problem.get_or_insert(wrong);
        }
    }
    problem.map_or(Ok(()), Err)
}

/// What training left beside the model is not counted.
pub fn count(facts: &mut Facts) {
    let is_model =
        |tensor: &&Tensor| !tensor.name.starts_with("/optimizer") && !tensor.name.contains("/seed_generator/");
    let counted = facts.tensors.iter().filter(is_model);
    let counted = counted.map(|tensor| tensor.elements().unwrap_or(u64::MAX));
    facts.params = Some(ParamCount {
        count: counted.fold(0, u64::saturating_add),
        rule: "elements of all datasets, but for the state of optimizers and random generators".into(),
    });
}

struct Walk<'a> {
    facts: &'a mut Facts,
    heap: GlobalHeap,
    visited: BTreeSet<u64>,
    /// Objects to be visited, with their paths.
    open: Vec<(String, u64)>,
}

impl Walk<'_> {
    async fn object(&mut self, file: &mut File, path: &str, address: u64) -> Result<(), Problem> {
        file.cursor.step()?;
        let messages = file.messages(address).await?;
        let attributes = self.attributes(file, path, &messages).await;
        let find = |kind: u16| messages.iter().find(|message| message.kind == kind);
        if let (Some(space), Some(datatype), Some(layout)) = (find(DATASPACE), find(DATATYPE), find(LAYOUT)) {
            let is_here = find(FILTERS).is_none() && find(EXTERNAL_FILES).is_none();
            if find(EXTERNAL_FILES).is_some() {
                self.facts
                    .warn("The data of some datasets are in other files, which are not looked for.");
            }
            self.dataset(file, path, [space, datatype, layout], is_here).await?;
        }
        let mut links = links(file, &messages).await?;
        links.sort();
        if !links.is_empty() && path.matches('/').count() >= DEPTH_MAX {
            return Err(Problem::too_many(
                file.cursor.in_file(),
                "levels of HDF5 groups",
                DEPTH_MAX as u64,
            ));
        }
        for (name, object) in links.into_iter().rev() {
            file.cursor.keep(path.len())?;
            self.open.push((format!("{path}/{name}"), object));
        }
        attributes
    }

    async fn dataset(
        &mut self,
        file: &mut File,
        path: &str,
        [space, datatype, layout]: [&Message; 3],
        is_here: bool,
    ) -> Result<(), Problem> {
        let outer = file.enter(datatype).await?;
        let datatype = value::datatype(file).await?;
        file.cursor.leave(outer);
        let outer = file.enter(space).await?;
        let shape = value::dataspace(file).await?.unwrap_or_else(|| vec![0]);
        file.cursor.leave(outer);
        let bytes = elements(&shape).and_then(|count| count.checked_mul(datatype.bytes.into()));
        let outer = file.enter(layout).await?;
        let range = contiguous(file).await;
        file.cursor.leave(outer);
        let mut tensor = Tensor::new(path, datatype.dtype, shape);
        // What is unpacked has no place in the file.
        let is_here = is_here && file.cursor.source().is_of_file();
        if let Some((start, length)) = range?.filter(|_| is_here)
            && Some(length) == bytes
        {
            file.cursor.seek(start)?;
            let range = file.cursor.skip(length)?;
            let source = file.cursor.source();
            let range = source.in_file(range.start)..source.in_file(range.end);
            tensor.place = match datatype.swap_bytes {
                None => Place::Here(range),
                Some(_) => {
                    let arranged = Arranged {
                        swap_bytes: datatype.swap_bytes,
                        element_bytes: u8::try_from(datatype.bytes).unwrap_or(1),
                        strides: None,
                    };
                    Place::Arranged(range, arranged)
                }
            };
        }
        add(&mut self.facts.tensors, tensor, &file.cursor)
    }

    /// Keeps what the attributes of an object say: `path@name`, or of the root the name alone.
    async fn attributes(&mut self, file: &mut File, path: &str, messages: &[Message]) -> Result<(), Problem> {
        const SKIPPED: u64 = 0;
        let mut own: Vec<Message> = messages
            .iter()
            .filter(|message| message.kind == ATTRIBUTE)
            .cloned()
            .collect();
        if let Some(info) = messages.iter().find(|message| message.kind == ATTRIBUTE_INFO)
            && let Some((heap, tree)) = dense_places(file, info, 2).await?
        {
            let ranges = tree::dense(file, heap, tree, SKIPPED).await?;
            own.extend(ranges.into_iter().map(|range| Message {
                kind: ATTRIBUTE,
                flags: 0,
                range,
            }));
        }
        for message in own {
            if self.facts.metadata.len() == ATTRIBUTES_MAX {
                return Err(Problem::too_many(
                    file.cursor.in_file(),
                    "attributes",
                    ATTRIBUTES_MAX as u64,
                ));
            }
            let attribute = value::attribute(file, &message, &mut self.heap).await?;
            let shown = match attribute.value {
                Value::One(value) => value,
                Value::List(values) => format!("[{}]", values.join(", ")),
                Value::Other => continue,
            };
            let name = if path.is_empty() {
                attribute.name
            } else {
                format!("{path}@{}", attribute.name)
            };
            add_pair(&mut self.facts.metadata, name, shown, &file.cursor)?;
        }
        Ok(())
    }
}

/// Where the bytes of a dataset are, if they are in one piece: address and length.
async fn contiguous(file: &mut File) -> Result<Option<(u64, u64)>, Problem> {
    const COMPACT: u8 = 0;
    const CONTIGUOUS: u8 = 1;
    let version = file.cursor.u8().await?;
    match version {
        1 | 2 => {
            let [rank, class] = file.cursor.array().await?;
            file.cursor.skip(5)?;
            let address = if class == COMPACT { None } else { file.address().await? };
            let mut bytes = 1u64;
            for _ in 0..rank {
                bytes = bytes.saturating_mul(file.cursor.u32().await?.into());
            }
            match class {
                COMPACT => {
                    let bytes = file.cursor.u32().await?;
                    Ok(Some((file.cursor.at(), bytes.into())))
                }
                // The last dimension is the size of an element.
                CONTIGUOUS => Ok(address.map(|address| (address, bytes))),
                _ => Ok(None),
            }
        }
        3..=5 => match file.cursor.u8().await? {
            COMPACT => {
                let bytes = file.cursor.u16().await?;
                Ok(Some((file.cursor.at(), bytes.into())))
            }
            CONTIGUOUS => {
                let address = file.address().await?;
                let bytes = file.length().await?;
                Ok(address.map(|address| (address, bytes)))
            }
            _ => Ok(None),
        },
        version => Err(file.cursor.wrong(format!("an HDF5 layout of version {version}"))),
    }
}

/// The links of a group to objects in this file: name, and address.
async fn links(file: &mut File, messages: &[Message]) -> Result<Vec<(String, u64)>, Problem> {
    /// The hash of the name stands before the place.
    const SKIPPED: u64 = 4;
    let mut links = Vec::new();
    for message in messages {
        match message.kind {
            SYMBOL_TABLE => {
                let outer = file.enter(message).await?;
                let (tree, heap) = (file.must_address().await?, file.must_address().await?);
                file.cursor.leave(outer);
                links.extend(tree::symbols(file, tree, heap).await?);
            }
            LINK => links.extend(link(file, message).await?),
            LINK_INFO => {
                if let Some((heap, tree)) = dense_places(file, message, 8).await? {
                    for range in tree::dense(file, heap, tree, SKIPPED).await? {
                        let message = Message {
                            kind: LINK,
                            flags: 0,
                            range,
                        };
                        links.extend(link(file, &message).await?);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(links)
}

/// Heap and tree of many links or attributes, if there are so many. Its counter of creations has so many bytes.
async fn dense_places(file: &mut File, info: &Message, counter_bytes: u64) -> Result<Option<(u64, u64)>, Problem> {
    let outer = file.enter(info).await?;
    let [_, flags] = file.cursor.array().await?;
    file.cursor.skip(if flags & 1 != 0 { counter_bytes } else { 0 })?;
    let places = (file.address().await?, file.address().await?);
    file.cursor.leave(outer);
    Ok(places.0.zip(places.1))
}

/// The link that a message is, if it leads to an object of this file.
async fn link(file: &mut File, message: &Message) -> Result<Option<(String, u64)>, Problem> {
    const HARD: u8 = 0;
    file.cursor.step()?;
    let outer = file.enter(message).await?;
    let [_, flags] = file.cursor.array().await?;
    let kind = if flags & 8 != 0 { file.cursor.u8().await? } else { HARD };
    file.cursor.skip(if flags & 4 != 0 { 8 } else { 0 })?;
    file.cursor.skip(if flags & 16 != 0 { 1 } else { 0 })?;
    let name_bytes = file.cursor.uint(1 << (flags & 3)).await?;
    let name = file.cursor.text(name_bytes).await?;
    let object = match kind {
        HARD => Some(file.must_address().await?),
        _ => None,
    };
    file.cursor.leave(outer);
    Ok(object.map(|object| (name, object)))
}
