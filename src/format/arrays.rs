//! Pickles of NumPy arrays and of what holds them: plain pickles, joblib's, Paddle's parameters.
//!
//! Sources: numpy/_core/src/multiarray (`__reduce__`), joblib/numpy_pickle.py, scikit-learn "Model persistence",
//! python/paddle/framework/io.py.

use super::cursor::Cursor;
use super::digests::digest_of;
use super::dtype::Dtype;
use super::facts::{Arranged, Facts, ParamCount, Place, Tensor, add, add_pair, elements};
use super::inflate::Inflate;
use super::npy::fortran_strides;
use super::pickle::{self, Call, Element, Heap, Id, Node, Style};
use super::problem::Problem;
use super::source::Source;
use crate::digest::Digest;

/// How much is unpacked of a compressed pickle: all of it is needed to go on in it.
const UNPACKED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How many hyperparameters of an estimator are listed.
const PARAMS_SHOWN: usize = 200;

/// An array as a pickle would rebuild it.
struct Array<'h> {
    element: Element,
    shape: Vec<u64>,
    is_fortran: bool,
    data: Data<'h>,
}

enum Data<'h> {
    /// In this range of what the pickle is in.
    At(u64, u64),
    /// In a string of the pickle, a character for each byte: as protocols before 3 have them.
    Text(&'h str),
    /// Not here: its elements are objects.
    Objects,
}

/// Whether a file is a pickle that is compressed, by its first bytes.
pub fn looks_compressed(head: &[u8]) -> bool {
    matches!(
        head,
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]
            | [0x1f, 0x8b, ..]
            | [b'B', b'Z', b'h', ..]
            | [0xfd, b'7', b'z', b'X', b'Z', 0, ..]
    )
}

/// Reads a pickle that is compressed, as joblib writes it when asked to.
pub async fn read_compressed(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "joblib".into();
    let mut cursor = Cursor::new(source);
    let inflate = match cursor.look(2).await? {
        [0x78, _] => Inflate::zlib(cursor),
        [0x1f, 0x8b] => Inflate::gzip(cursor).await?,
        [b'B', b'Z'] => return Err(Problem::not_read(0, "a stream compressed by bzip2")),
        _ => return Err(Problem::not_read(0, "a stream compressed by xz")),
    };
    let (bytes, is_all) = inflate.first(UNPACKED_BYTES_MAX).await?;
    let count = bytes.len() as u64;
    let unpacked = source.unpacked(bytes);
    let read = read(&unpacked, "joblib", facts).await;
    match is_all {
        true => read,
        false => Err(Problem::too_many(0, "bytes unpacked", count)),
    }
}

/// Reads a pickle. `format` is what it is called, unless its content says otherwise.
pub async fn read(source: &Source, format: &'static str, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = format.into();
    let mut cursor = Cursor::new(source);
    if let [0x80, protocol, ..] = cursor.look(2).await? {
        facts.format_version = Some(format!("protocol {protocol}"));
    }
    let walked = pickle::walk(&mut cursor, facts).await;
    let globals = facts.pickles.iter().flat_map(|pickles| &pickles.globals);
    let mut of_joblib = globals.filter(|global| global.module.starts_with("joblib."));
    if format == "pickle" && of_joblib.next().is_some() {
        facts.format = "joblib".into();
    }
    let (heap, Some(root)) = walked? else { return Ok(()) };
    say_what_it_is(&heap, root, &cursor, facts)?;
    let mut found = Vec::new();
    let style = if format.starts_with("paddle") {
        Style::Dots
    } else {
        Style::Brackets
    };
    pickle::find(&heap, root, style, |path, id| match array(&heap, id) {
        Some(array) => {
            cursor.keep(size_of::<(String, Array)>() + path.len() + size_of_val(&array.shape[..]))?;
            found.push((path.to_owned(), array));
            Ok(true)
        }
        // Random generators keep tables of numbers, which are no parameters.
        None => Ok(heap
            .call(id)
            .is_some_and(|((module, _), ..)| module.starts_with("numpy.random"))),
    })?;
    for (name, array) in found {
        let tensor = tensor(name, array, source, &mut cursor).await?;
        add(&mut facts.tensors, tensor, &cursor)?;
    }
    facts.count_all_elements();
    if let Some(params) = facts.params.take() {
        facts.params = Some(ParamCount {
            rule: "elements of all arrays that the object holds".into(),
            ..params
        });
    }
    Ok(())
}

/// The class of the outermost object, and its plain attributes.
fn say_what_it_is(heap: &Heap, root: Id, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
    if let Some(((module, name), _)) = heap.object(root) {
        facts.architecture = Some(format!("{module}.{name}"));
    }
    let state = match heap.get(root) {
        Node::Call(call) => call.state,
        _ => Some(root),
    };
    let pairs = state.and_then(|state| heap.pairs(state)).unwrap_or_default();
    for (key, value) in pairs.iter().take(PARAMS_SHOWN) {
        let shown = match heap.get(*value) {
            Node::Text(text) => text.to_string(),
            Node::Int(number) => number.to_string(),
            Node::Float(number) => number.to_string(),
            Node::Bool(is) => is.to_string(),
            Node::None => "None".to_owned(),
            _ => continue,
        };
        match heap.text(*key) {
            Some("_sklearn_version") => facts.producer = Some(format!("scikit-learn {shown}")),
            Some(key) => add_pair(&mut facts.hyperparams, key, shown, cursor)?,
            None => {}
        }
    }
    Ok(())
}

/// The array that a value is.
fn array(heap: &Heap, id: Id) -> Option<Array<'_>> {
    if let Some((class, call)) = heap.object(id)
        && pickle::is_array_of_joblib(class)
    {
        return array_of_joblib(heap, call);
    }
    let ((module, name), arguments, call) = heap.call(id)?;
    match (module, name) {
        ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
            let state = heap.items(call.state?)?;
            let [_, shape, dtype, is_fortran, data] = state else {
                return None;
            };
            let shape = heap.numbers(*shape)?;
            let element = pickle::dtype_of(heap, *dtype)?;
            let is_fortran = matches!(heap.get(*is_fortran), Node::Bool(true)) || heap.number(*is_fortran) == Some(1);
            let data = if element.is_object {
                Data::Objects
            } else {
                bytes(heap, *data)?
            };
            Some(Array {
                is_fortran: is_fortran && shape.len() > 1,
                element,
                shape,
                data,
            })
        }
        ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => {
            let [data, dtype, shape, order] = arguments else {
                return None;
            };
            let shape = heap.numbers(*shape)?;
            Some(Array {
                element: pickle::dtype_of(heap, *dtype)?,
                is_fortran: heap.text(*order) == Some("F") && shape.len() > 1,
                shape,
                data: bytes(heap, *data)?,
            })
        }
        _ => None,
    }
}

fn array_of_joblib<'h>(heap: &'h Heap, call: &Call) -> Option<Array<'h>> {
    let state = call.state?;
    let shape = heap.numbers(heap.member(state, "shape")?)?;
    let order = heap.member(state, "order").and_then(|order| heap.text(order));
    let data = match call.raw() {
        Some((at, bytes)) => Data::At(at, bytes),
        None => Data::Objects,
    };
    Some(Array {
        element: pickle::dtype_of(heap, heap.member(state, "dtype")?)?,
        is_fortran: order == Some("F") && shape.len() > 1,
        shape,
        data,
    })
}

/// The bytes that a value is: as such, or as `_codecs.encode(text, 'latin1')`.
fn bytes(heap: &Heap, id: Id) -> Option<Data<'_>> {
    match heap.get(id) {
        Node::Bytes(at, count) => Some(Data::At(*at, *count)),
        Node::Text(text) => Some(Data::Text(text)),
        Node::Call(_) => {
            let (function, arguments, _) = heap.call(id)?;
            match function {
                ("_codecs", "encode") => heap.text(*arguments.first()?).map(Data::Text),
                ("builtins" | "__builtin__", "bytearray" | "bytes") => match heap.get(*arguments.first()?) {
                    Node::Bytes(at, count) => Some(Data::At(*at, *count)),
                    Node::Text(text) => Some(Data::Text(text)),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn latin_1(text: &str) -> Option<Vec<u8>> {
    let bytes = text.chars().map(|character| u8::try_from(u32::from(character)).ok());
    bytes.collect()
}

async fn tensor(name: String, array: Array<'_>, source: &Source, cursor: &mut Cursor) -> Result<Tensor, Problem> {
    let Array {
        element,
        shape,
        is_fortran,
        data,
    } = array;
    let expected = elements(&shape).and_then(|elements| elements.checked_mul(element.bytes));
    let arranged = arranged(&element, &shape, is_fortran);
    let mut tensor = Tensor::new(name, element.dtype, shape);
    match data {
        Data::Objects => tensor.dtype = Dtype::named("OBJECT"),
        Data::Text(text) => {
            cursor.keep(text.len())?;
            let bytes = latin_1(text).filter(|bytes| expected == Some(bytes.len() as u64));
            tensor.digest = bytes.map(|bytes| digest_of(&bytes, arranged.as_ref(), &tensor.shape));
        }
        Data::At(at, count) if expected == Some(count) && source.is_of_file() => {
            let range = at..at.saturating_add(count);
            tensor.place = arranged.map_or(Place::Here(range.clone()), |arranged| Place::Arranged(range, arranged));
        }
        // What was unpacked is not there any more when the file streams by.
        Data::At(at, count) if expected == Some(count) => {
            cursor.seek(at)?;
            let bytes = cursor.bytes(count, UNPACKED_BYTES_MAX).await?;
            let digest: Digest = digest_of(&bytes, arranged.as_ref(), &tensor.shape);
            tensor.digest = Some(digest);
        }
        Data::At(..) => {}
    }
    Ok(tensor)
}

fn arranged(element: &Element, shape: &[u64], is_fortran: bool) -> Option<Arranged> {
    let element_bytes = u8::try_from(element.bytes).ok().filter(|bytes| *bytes > 0)?;
    (is_fortran || element.is_big_endian).then(|| Arranged {
        swap_bytes: element.is_big_endian.then_some(element_bytes),
        element_bytes,
        strides: is_fortran.then(|| fortran_strides(shape)),
    })
}
