//! PyTorch checkpoints: the zip of today, the legacy stream of pickles, and TorchScript archives.
//!
//! Sources: torch/serialization.py, torch/_utils.py, torch/_weights_only_unpickler.py, caffe2/serialize/inline_container.h.
//! The pickles are walked, never run; tensors are what they would be rebuilt from.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Arranged, Facts, ParamCount, Place, Tensor, add, add_pair, elements};
use super::pickle::{self, Heap, Id, Loader, Node};
use super::problem::Problem;
use super::source::Source;
use super::zip::{Directory, Member};

/// The pickle of the number that legacy files begin with.
const LEGACY_MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e";

/// The longest record that is read for what it says.
const RECORD_BYTES_MAX: usize = 64 * 1024;

/// How much of a record tells whether it is a pickle.
const HEAD_BYTES: usize = 16;

/// Storage class, dtype, and bytes of an element.
const STORAGES: &[(&str, &str, u64)] = &[
    ("DoubleStorage", "F64", 8),
    ("FloatStorage", "F32", 4),
    ("HalfStorage", "F16", 2),
    ("BFloat16Storage", "BF16", 2),
    ("LongStorage", "I64", 8),
    ("IntStorage", "I32", 4),
    ("ShortStorage", "I16", 2),
    ("CharStorage", "I8", 1),
    ("ByteStorage", "U8", 1),
    ("BoolStorage", "BOOL", 1),
    ("ComplexFloatStorage", "C64", 8),
    ("ComplexDoubleStorage", "C128", 16),
    ("QInt8Storage", "QI8", 1),
    ("QUInt8Storage", "QU8", 1),
    ("QInt32Storage", "QI32", 4),
    ("UntypedStorage", "U8", 1),
];

/// torch's own names of dtypes, ours, and bytes of an element.
const DTYPES: &[(&str, &str, u64)] = &[
    ("float64", "F64", 8),
    ("float32", "F32", 4),
    ("float16", "F16", 2),
    ("bfloat16", "BF16", 2),
    ("float8_e4m3fn", "F8_E4M3", 1),
    ("float8_e5m2", "F8_E5M2", 1),
    ("float8_e4m3fnuz", "F8_E4M3FNUZ", 1),
    ("float8_e5m2fnuz", "F8_E5M2FNUZ", 1),
    ("float8_e8m0fnu", "F8_E8M0", 1),
    ("int64", "I64", 8),
    ("int32", "I32", 4),
    ("int16", "I16", 2),
    ("int8", "I8", 1),
    ("uint64", "U64", 8),
    ("uint32", "U32", 4),
    ("uint16", "U16", 2),
    ("uint8", "U8", 1),
    ("bool", "BOOL", 1),
    ("complex64", "C64", 8),
    ("complex128", "C128", 16),
];

/// Where storages are in the file: by key, the bytes.
pub type Storages = BTreeMap<String, Range<u64>>;

/// A tensor as a pickle would rebuild it.
pub struct Rebuilt {
    /// Our name of its dtype.
    pub dtype: &'static str,
    /// The bytes of an element.
    pub element_bytes: u64,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// The storage's key, the first element in it, and the strides; None: it has no storage of its own.
    pub stored: Option<(String, u64, Vec<u64>)>,
}

/// Whether a file begins as the legacy format does.
pub fn looks_like_legacy(head: &[u8]) -> bool {
    head.starts_with(LEGACY_MAGIC)
}

/// The folder in a zip that holds `data.pkl`, if it is PyTorch's.
pub fn folder(directory: &Directory) -> Option<&str> {
    directory.members.iter().find_map(|member| {
        let folder = member.name.strip_suffix("data.pkl")?;
        folder.ends_with('/').then_some(folder)
    })
}

/// Reads a zip that PyTorch wrote.
pub async fn read_zip(directory: &Directory, folder: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let is_script = directory.get(&format!("{folder}constants.pkl")).is_some();
    facts.format = if is_script { "torchscript" } else { "pytorch-zip" }.into();
    for (name, key) in [
        ("version", "version"),
        ("byteorder", "byteorder"),
        (".format_version", "format_version"),
    ] {
        if let Some(member) = directory.get(&format!("{folder}{name}")) {
            let text = text_of(member, source).await?;
            match key {
                "version" => facts.format_version = Some(text),
                key => facts.metadata.push((key.to_owned(), text)),
            }
        }
    }
    let is_big_endian = facts
        .metadata
        .iter()
        .any(|(key, value)| key == "byteorder" && value == "big");
    let mut storages = Storages::new();
    for member in &directory.members {
        if let Some(key) = member
            .name
            .strip_prefix(folder)
            .and_then(|path| path.strip_prefix("data/"))
            && member.method == 0
        {
            let range = member.range(source).await?;
            storages.insert(key.to_owned(), source.in_file(range.start)..source.in_file(range.end));
        }
    }
    let main = format!("{folder}data.pkl");
    let mut problem = None;
    for member in &directory.members {
        if let Err(wrong) = read_pickle(member, member.name == main, source, &storages, is_big_endian, facts).await {
            problem.get_or_insert(wrong);
        }
    }
    count(facts);
    problem.map_or(Ok(()), Err)
}

/// Walks a member that is a pickle by its name or its first bytes. The tensors are in the main one.
async fn read_pickle(
    member: &Member,
    is_main: bool,
    source: &Source,
    storages: &Storages,
    is_big_endian: bool,
    facts: &mut Facts,
) -> Result<(), Problem> {
    // Of TorchScript's code there is a `.debug_pkl` each, packed like the code.
    let is_named_so = member.name.ends_with("pkl");
    // The bytes of a tensor may look like anything.
    if member.size == 0 || (!is_named_so && member.name.contains("/data/")) {
        return Ok(());
    }
    let head = member.head(source, HEAD_BYTES).await?;
    let looks_so = matches!(head[..], [0x80, 2..=5, opcode, ..] if b"}](ccX\x8c\x95K\x8a)".contains(&opcode));
    if !is_named_so && !looks_so {
        return Ok(());
    }
    if !is_named_so {
        let pickles = facts.pickles.get_or_insert_default();
        pickles.odd(format!("{} is a pickle, whatever its name says.", member.name));
    }
    let opened = member.open(source, 64 * 1024 * 1024).await?;
    let mut cursor = Cursor::new(&opened);
    let (heap, root) = pickle::walk(&mut cursor, facts).await?;
    if let Some(root) = root.filter(|_| is_main) {
        say_what_it_is(&heap, root, &cursor, facts)?;
        add_tensors(&heap, root, storages, is_big_endian, &cursor, facts)?;
    }
    Ok(())
}

/// The text of a small record.
pub async fn text_of(member: &Member, source: &Source) -> Result<String, Problem> {
    let opened = member.open(source, RECORD_BYTES_MAX).await?;
    let text = Cursor::new(&opened)
        .text(opened.size().min(RECORD_BYTES_MAX as u64))
        .await?;
    Ok(text.trim().to_owned())
}

/// Reads the format of before 1.6: five pickles, then the storages.
pub async fn read_legacy(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "pytorch-legacy".into();
    let mut cursor = Cursor::new(source);
    let mut heap = Heap::default();
    let mut pickles = facts.pickles.take().unwrap_or_default();
    let mut roots = Vec::new();
    let mut problem = None;
    for _ in 0..5 {
        match pickle::run(&mut cursor, &mut heap, &mut pickles, Loader::Pickle).await {
            Ok(ended) => roots.push(ended.root),
            Err(wrong) => {
                problem = Some(wrong);
                break;
            }
        }
    }
    facts.pickles = Some(pickles);
    let [_, protocol, system, object, ref keys @ ..] = roots[..] else {
        return Err(problem.unwrap_or_else(|| cursor.wrong("fewer pickles than the format has")));
    };
    if let Some(version) = heap.number(protocol) {
        facts.format_version = Some(version.to_string());
    }
    let little = heap
        .member(system, "little_endian")
        .map(|is| matches!(heap.get(is), Node::Bool(true)));
    say_what_it_is(&heap, object, &cursor, facts)?;
    let mut storages = Storages::new();
    let keys = keys.first().and_then(|keys| heap.items(*keys)).unwrap_or_default();
    let widths = element_widths(&heap);
    for key in keys {
        let Some(key) = heap.text(*key) else { continue };
        let read = async {
            let count = cursor.u64().await?;
            let width = widths.get(key).copied().unwrap_or(1);
            let bytes = count
                .checked_mul(width)
                .ok_or_else(|| cursor.wrong("a storage of more than 2^64 bytes"))?;
            let range = cursor.skip(bytes)?;
            Ok(source.in_file(range.start)..source.in_file(range.end))
        };
        match read.await {
            Ok(range) => drop(storages.insert(key.to_owned(), range)),
            Err(wrong) => {
                problem.get_or_insert(wrong);
                break;
            }
        }
    }
    let added = add_tensors(&heap, object, &storages, little == Some(false), &cursor, facts);
    count(facts);
    problem.map_or(added, Err)
}

/// The bytes of an element of each storage that a pickle names.
fn element_widths(heap: &Heap) -> BTreeMap<&str, u64> {
    let mut widths = BTreeMap::new();
    for id in 0..u32::try_from(heap.len()).unwrap_or(u32::MAX) {
        if let Some((_, width, key)) = storage(heap, id) {
            widths.insert(key, width);
        }
    }
    widths
}

/// What the outermost object is.
fn say_what_it_is(heap: &Heap, root: Id, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
    if let Some(((module, name), ..)) = heap.call(root)
        && module != "collections"
    {
        facts.architecture = Some(format!("{module}.{name}"));
    }
    for (key, value) in heap.pairs(root).unwrap_or_default() {
        let shown = match heap.get(*value) {
            Node::Text(text) => text.to_string(),
            Node::Int(number) => number.to_string(),
            Node::Float(number) => number.to_string(),
            Node::Bool(is) => is.to_string(),
            _ => continue,
        };
        if let Some(key) = heap.text(*key) {
            add_pair(&mut facts.metadata, key, shown, cursor)?;
        }
    }
    Ok(())
}

fn add_tensors(
    heap: &Heap,
    root: Id,
    storages: &Storages,
    is_big_endian: bool,
    cursor: &Cursor,
    facts: &mut Facts,
) -> Result<(), Problem> {
    pickle::find(heap, root, pickle::Style::Dots, |path, id| {
        let Some(rebuilt) = rebuilt(heap, id, 0) else {
            return Ok(false);
        };
        let place = place(&rebuilt, storages, is_big_endian);
        let tensor = Tensor::new(path, Dtype::named(rebuilt.dtype), rebuilt.shape);
        add(&mut facts.tensors, tensor.at(place), cursor)?;
        Ok(true)
    })
}

/// The tensor that a call would rebuild.
fn rebuilt(heap: &Heap, id: Id, depth: usize) -> Option<Rebuilt> {
    let ((module, name), arguments, _) = heap.call(id)?;
    let argument = |at: usize| arguments.get(at).copied();
    if depth > 4 {
        return None;
    }
    match (module, name) {
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2" | "_rebuild_qtensor") => {
            strided(heap, arguments, None)
        }
        ("torch._utils", "_rebuild_tensor_v3") => {
            let (_, dtype) = heap.global(argument(6)?)?;
            let known = DTYPES.iter().find(|(theirs, ..)| *theirs == dtype);
            strided(heap, arguments, known.map(|(_, ours, bytes)| (*ours, *bytes)))
        }
        ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
            rebuilt(heap, argument(0)?, depth + 1)
        }
        // Its own arguments are a tuple: of the function that is its first one.
        ("torch._tensor", "_rebuild_from_type_v2") => {
            let arguments = heap.items(argument(2)?)?;
            strided(heap, arguments, None)
        }
        ("torch._utils", "_rebuild_meta_tensor_no_storage") => {
            let (_, dtype) = heap.global(argument(0)?)?;
            let (_, ours, element_bytes) = DTYPES.iter().find(|(theirs, ..)| *theirs == dtype)?;
            Some(Rebuilt {
                dtype: ours,
                element_bytes: *element_bytes,
                shape: heap.numbers(argument(1)?)?,
                stored: None,
            })
        }
        // Its indices and values are tensors; together they are one.
        ("torch._utils", "_rebuild_sparse_tensor") => {
            let parts = heap.items(argument(1)?)?;
            let values = rebuilt(heap, *parts.get(1)?, depth + 1)?;
            Some(Rebuilt {
                shape: heap.numbers(*parts.get(2)?)?,
                stored: None,
                ..values
            })
        }
        _ => None,
    }
}

fn strided(heap: &Heap, arguments: &[Id], dtype: Option<(&'static str, u64)>) -> Option<Rebuilt> {
    let (of_storage, width, key) = storage(heap, *arguments.first()?)?;
    let (dtype, element_bytes) = dtype.unwrap_or((of_storage, width));
    Some(Rebuilt {
        dtype,
        element_bytes,
        shape: heap.numbers(*arguments.get(2)?)?,
        stored: Some((
            key.to_owned(),
            heap.number(*arguments.get(1)?)?,
            heap.numbers(*arguments.get(3)?)?,
        )),
    })
}

/// A storage's dtype, bytes of an element, and key: `('storage', torch.FloatStorage, '0', 'cpu', 144)`.
fn storage(heap: &Heap, id: Id) -> Option<(&'static str, u64, &str)> {
    let Node::Persistent(name) = heap.get(id) else {
        return None;
    };
    let [kind, class, key, ..] = heap.items(*name)? else {
        return None;
    };
    if heap.text(*kind) != Some("storage") {
        return None;
    }
    let (_, class) = heap.global(*class)?;
    let (_, dtype, bytes) = STORAGES.iter().find(|(name, ..)| *name == class)?;
    Some((dtype, *bytes, heap.text(*key)?))
}

/// Where in its storage a tensor is.
pub fn place(rebuilt: &Rebuilt, storages: &Storages, is_big_endian: bool) -> Place {
    located(rebuilt, storages, is_big_endian).unwrap_or_default()
}

fn located(rebuilt: &Rebuilt, storages: &Storages, is_big_endian: bool) -> Option<Place> {
    let (key, first, strides) = rebuilt.stored.as_ref()?;
    let storage = storages.get(key)?;
    let width = rebuilt.element_bytes;
    let count = elements(&rebuilt.shape)?;
    let start = storage.start.checked_add(first.checked_mul(width)?)?;
    if strides.len() != rebuilt.shape.len() {
        return None;
    }
    let is_plain = count == 0 || is_c_order(&rebuilt.shape, strides);
    let spanned = match (count, is_plain) {
        (0, _) => 0,
        (_, true) => count,
        (_, false) => {
            let mut sizes = rebuilt.shape.iter().zip(strides);
            sizes.try_fold(1u64, |sum, (size, stride)| {
                sum.checked_add(size.saturating_sub(1).checked_mul(*stride)?)
            })?
        }
    };
    let end = start.checked_add(spanned.checked_mul(width)?)?;
    if end > storage.end {
        return None;
    }
    let element_bytes = u8::try_from(width).ok()?;
    let swap_bytes = (is_big_endian && width > 1).then_some(match rebuilt.dtype {
        // Each half is a number.
        "C64" => 4,
        "C128" => 8,
        _ => element_bytes,
    });
    if is_plain && swap_bytes.is_none() {
        return Some(Place::Here(start..end));
    }
    let strides = (!is_plain).then(|| strides.clone());
    let arranged = Arranged {
        swap_bytes,
        element_bytes,
        strides,
    };
    Some(Place::Arranged(start..end, arranged))
}

/// Whether the last index runs fastest, with nothing between elements. Of a dimension of 1 the stride says nothing.
fn is_c_order(shape: &[u64], strides: &[u64]) -> bool {
    let mut expected = 1u64;
    for (size, stride) in shape.iter().zip(strides).rev() {
        if *size != 1 && *stride != expected {
            return false;
        }
        expected = expected.saturating_mul(*size);
    }
    true
}

fn count(facts: &mut Facts) {
    facts.count_all_elements();
    if let Some(params) = facts.params.take() {
        facts.params = Some(ParamCount {
            rule: "elements of all tensors in the object, tied ones counted again".into(),
            ..params
        });
    }
}
