//! The opcodes.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::heap::{Call, Heap, Id, Node};
use crate::format::cursor::Cursor;
use crate::format::facts::Pickles;
use crate::format::problem::Problem;

/// How many opcodes are walked: more than any checkpoint of today has.
const OPCODES_MAX: u64 = 20_000_000;

/// How many values are kept.
const NODES_MAX: usize = 5_000_000;

/// How much of a string is kept.
const TEXT_BYTES_MAX: u64 = 64 * 1024;

/// How long a line of a text opcode may be.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Who would load a pickle: they do not take the same bytes for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// `pickle.load`, and what only adds to it, as torch does.
    Pickle,
    /// `joblib.load`: it reads the bytes of arrays out of the stream, behind the frame that is being read.
    Joblib,
}

/// The end of a pickle.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// The pickle's value.
    pub root: Id,
    /// Where the next pickle begins, in the source, if the last frame was read as a whole.
    pub behind: u64,
}

/// A frame (PEP 3154), which is read as a whole before its opcodes are.
#[derive(Clone, Copy, Debug)]
struct Frame {
    end: u64,
    /// What comes next of the stream: behind the frame, and the arrays that were read meanwhile.
    behind: u64,
}

/// Said of a pickle that is followed by what its last frame holds.
const PAST_THE_END: &str = "A frame reaches beyond the end of its pickle.";

struct Machine<'a> {
    cursor: &'a mut Cursor,
    heap: &'a mut Heap,
    pickles: &'a mut Pickles,
    loader: Loader,
    frame: Option<Frame>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: BTreeMap<u64, Id>,
    /// The empty tuple.
    nothing: Rc<[Id]>,
}

/// Walks one pickle to its STOP, and gives its value. What it imports is in `pickles`, also where it fails.
pub async fn run(
    cursor: &mut Cursor,
    heap: &mut Heap,
    pickles: &mut Pickles,
    loader: Loader,
) -> Result<Ended, Problem> {
    let mut machine = Machine {
        cursor,
        heap,
        pickles,
        loader,
        frame: None,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: BTreeMap::new(),
        nothing: Rc::new([]),
    };
    for _ in 0..OPCODES_MAX {
        machine.leave_frame()?;
        let opcode = machine.cursor.u8().await?;
        if opcode == b'.' {
            let root = machine.pop()?;
            let at = machine.cursor.at();
            let behind = machine.frame.map_or(at, |frame| frame.behind.max(at));
            if behind > at {
                machine.pickles.odd(PAST_THE_END);
            }
            return Ok(Ended { root, behind });
        }
        machine.step(opcode).await?;
        if machine.heap.len() > NODES_MAX {
            return Err(Problem::too_many(
                machine.cursor.in_file(),
                "values in a pickle",
                NODES_MAX as u64,
            ));
        }
    }
    Err(Problem::too_many(
        machine.cursor.in_file(),
        "opcodes in a pickle",
        OPCODES_MAX,
    ))
}

impl Machine<'_> {
    async fn step(&mut self, opcode: u8) -> Result<(), Problem> {
        match opcode {
            b'(' => self.marks.push(self.stack.len()),
            b'0' => self.pop_or_mark()?,
            b'1' => drop(self.down_to_mark()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
            }
            b'N' => self.push(Node::None),
            0x88 => self.push(Node::Bool(true)),
            0x89 => self.push(Node::Bool(false)),
            b']' | 0x8f => self.push(Node::List(Vec::new())),
            b')' => {
                let nothing = Rc::clone(&self.nothing);
                self.push(Node::Tuple(nothing));
            }
            b'}' => self.push(Node::Dict(Vec::new())),
            0x80 => drop(self.cursor.u8().await?),
            0x95 => {
                let length = self.cursor.u64().await?;
                self.enter_frame(length)?;
            }
            b'K' => {
                let number = self.cursor.u8().await?;
                self.push(Node::Int(number.into()));
            }
            b'M' => {
                let number = self.cursor.u16().await?;
                self.push(Node::Int(number.into()));
            }
            b'J' => {
                let number = self.cursor.i32().await?;
                self.push(Node::Int(number.into()));
            }
            b'G' => {
                let bits = self.cursor.array::<8>().await?;
                self.push(Node::Float(f64::from_be_bytes(bits)));
            }
            0x8a => {
                let length = self.cursor.u8().await?;
                self.long(length.into()).await?;
            }
            0x8b => {
                let length = self.cursor.u32().await?;
                self.long(length.into()).await?;
            }
            b'U' | 0x8c => {
                let length = self.cursor.u8().await?;
                self.text(length.into()).await?;
            }
            b'T' | b'X' => {
                let length = self.cursor.u32().await?;
                self.text(length.into()).await?;
            }
            0x8d => {
                let length = self.cursor.u64().await?;
                self.text(length).await?;
            }
            b'C' => {
                let length = self.cursor.u8().await?;
                self.bytes(length.into())?;
            }
            b'B' => {
                let length = self.cursor.u32().await?;
                self.bytes(length.into())?;
            }
            0x8e | 0x96 => {
                let length = self.cursor.u64().await?;
                self.bytes(length)?;
            }
            b'I' | b'L' | b'F' | b'S' | b'V' => self.line_value(opcode).await?,
            b'c' => {
                let (module, name) = (self.line().await?, self.line().await?);
                self.global(module, name);
            }
            0x93 => self.stack_global()?,
            b'i' => {
                let (module, name) = (self.line().await?, self.line().await?);
                self.global(module, name);
                let function = self.pop()?;
                let arguments = self.down_to_mark()?;
                let arguments = self.heap.add(Node::Tuple(arguments.into()));
                self.call(function, arguments);
            }
            b'o' => {
                let mut arguments = self.down_to_mark()?.into_iter();
                let function = arguments.next().ok_or_else(|| self.empty())?;
                let arguments = self.heap.add(Node::Tuple(arguments.collect()));
                self.call(function, arguments);
            }
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments);
            }
            0x92 => {
                let (_, arguments, function) = (self.pop()?, self.pop()?, self.pop()?);
                self.call(function, arguments);
            }
            b'b' => self.build().await?,
            b'Q' => {
                let name = self.pop()?;
                self.push(Node::Persistent(name));
            }
            b'P' => {
                let name = self.line().await?;
                let name = self.heap.add(Node::Text(name.into()));
                self.pickles
                    .odd("It asks for something stored beside it by a name in text (PERSID).");
                self.push(Node::Persistent(name));
            }
            0x82..=0x84 => {
                let width = 1u64 << (opcode - 0x82);
                self.cursor.skip(width)?;
                self.pickles
                    .odd("It uses extension codes (EXT), which stand for imports that only the loader knows.");
                self.push(Node::Other);
            }
            0x97 => {
                self.pickles
                    .odd("It takes bytes from outside of the stream (NEXT_BUFFER).");
                self.push(Node::Other);
            }
            0x98 => {}
            _ => self.collect(opcode).await?,
        }
        Ok(())
    }

    /// Containers and the memo.
    async fn collect(&mut self, opcode: u8) -> Result<(), Problem> {
        match opcode {
            b'a' => {
                let item = self.pop()?;
                self.extend(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.down_to_mark()?;
                self.extend(&items)?;
            }
            b'l' => {
                let items = self.down_to_mark()?;
                self.push(Node::List(items));
            }
            b't' | 0x91 => {
                let items = self.down_to_mark()?;
                self.push(Node::Tuple(items.into()));
            }
            0x85..=0x87 => {
                let mut items = Vec::new();
                for _ in 0x84..opcode {
                    items.push(self.pop()?);
                }
                items.reverse();
                self.push(Node::Tuple(items.into()));
            }
            b'd' => {
                let items = self.down_to_mark()?;
                self.push(Node::Dict(pairs(&items)));
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.down_to_mark()?;
                self.set(&items)?;
            }
            b'h' => {
                let at = self.cursor.u8().await?;
                self.get(at.into());
            }
            b'j' => {
                let at = self.cursor.u32().await?;
                self.get(at.into());
            }
            b'g' => {
                let at = self.line().await?;
                self.get(place(&at));
            }
            b'q' => {
                let at = self.cursor.u8().await?;
                self.put(at.into())?;
            }
            b'r' => {
                let at = self.cursor.u32().await?;
                self.put(at.into())?;
            }
            b'p' => {
                let at = self.line().await?;
                self.put(place(&at))?;
            }
            0x94 => self.put(self.memo.len() as u64)?,
            _ => {
                let at = self.cursor.in_file().saturating_sub(1);
                return Err(Problem::wrong(at, format!("{opcode:#04x} is no opcode of a pickle")));
            }
        }
        Ok(())
    }

    fn enter_frame(&mut self, length: u64) -> Result<(), Problem> {
        if self.frame.is_some_and(|frame| frame.behind > frame.end) {
            return Err(self.cursor.wrong("a frame that begins in another one"));
        }
        let end = self.cursor.at().saturating_add(length.min(self.cursor.left()));
        self.frame = Some(Frame { end, behind: end });
        Ok(())
    }

    /// Goes on behind a frame that is over.
    fn leave_frame(&mut self) -> Result<(), Problem> {
        let Some(frame) = self.frame.filter(|frame| self.cursor.at() >= frame.end) else {
            return Ok(());
        };
        self.frame = None;
        if frame.behind > frame.end {
            if self.cursor.at() > frame.end {
                return Err(self.cursor.wrong("an opcode that reaches beyond its frame"));
            }
            self.cursor.seek(frame.behind)?;
        }
        Ok(())
    }

    fn push(&mut self, node: Node) {
        let id = self.heap.add(node);
        self.stack.push(id);
    }

    fn empty(&self) -> Problem {
        self.cursor.wrong("a pickle takes more from its stack than there is")
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Id, Problem> {
        match self.stack.len() > self.floor() {
            true => self.stack.pop().ok_or_else(|| self.empty()),
            false => Err(self.empty()),
        }
    }

    fn top(&self) -> Result<Id, Problem> {
        self.stack.last().copied().ok_or_else(|| self.empty())
    }

    /// POP takes a mark where one is on top.
    fn pop_or_mark(&mut self) -> Result<(), Problem> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    fn down_to_mark(&mut self) -> Result<Vec<Id>, Problem> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| self.cursor.wrong("a pickle without the mark it needs"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn extend(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.heap.get_mut(top) {
            Some(Node::List(list)) => list.extend_from_slice(items),
            Some(Node::Call(call)) => call.more().items.extend_from_slice(items),
            _ => {}
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.heap.get_mut(top) {
            Some(Node::Dict(members)) => members.extend(pairs(items)),
            Some(Node::Call(call)) => call.more().pairs.extend(pairs(items)),
            _ => {}
        }
        Ok(())
    }

    fn get(&mut self, at: u64) {
        match self.memo.get(&at) {
            Some(id) => self.stack.push(*id),
            None => {
                self.pickles.odd("It takes from its memo what was never put there.");
                self.push(Node::Other);
            }
        }
    }

    fn put(&mut self, at: u64) -> Result<(), Problem> {
        let top = self.top()?;
        self.memo.insert(at, top);
        Ok(())
    }

    fn call(&mut self, function: Id, arguments: Id) {
        self.push(Node::Call(Box::new(Call::new(function, arguments))));
    }

    fn global(&mut self, module: String, name: String) {
        self.pickles.imports(&module, &name);
        self.push(Node::Global(Rc::new((module, name))));
    }

    fn stack_global(&mut self) -> Result<(), Problem> {
        let (name, module) = (self.pop()?, self.pop()?);
        match (self.heap.get(module), self.heap.get(name)) {
            (Node::Text(module), Node::Text(name)) => {
                self.cursor.keep(module.len() + name.len())?;
                let (module, name) = (module.to_string(), name.to_string());
                self.global(module, name);
            }
            _ => {
                self.pickles.odd("It computes the name of something that it imports.");
                self.push(Node::Other);
            }
        }
        Ok(())
    }

    async fn build(&mut self) -> Result<(), Problem> {
        let state = self.pop()?;
        let object = self.top()?;
        let is_array = self
            .heap
            .object(object)
            .is_some_and(|(class, _)| is_array_of_joblib(class));
        self.heap.has_arrays_of_joblib |= is_array;
        let raw = match is_array && self.loader == Loader::Joblib {
            true => self.array_behind_frame(state).await?,
            false => None,
        };
        match self.heap.get_mut(object) {
            Some(Node::Call(call)) => {
                call.state = Some(state);
                if raw.is_some() {
                    call.more().raw = raw;
                }
            }
            _ => self.pickles.odd("It sets the state of something that it did not make."),
        }
        Ok(())
    }

    /// joblib puts the bytes of an array into the stream, right behind the object that describes it, or behind the
    /// frame that this is in.
    async fn array_behind_frame(&mut self, state: Id) -> Result<Option<(u64, u64)>, Problem> {
        self.leave_frame()?;
        let here = self.cursor.at();
        if let Some(frame) = self.frame {
            self.pickles.odd("A frame reaches over the bytes of an array.");
            self.cursor.seek(frame.behind)?;
        }
        let raw = self.raw_array(state).await?;
        if let Some(frame) = &mut self.frame {
            frame.behind = self.cursor.at();
            self.cursor.seek(here)?;
        }
        Ok(raw)
    }

    async fn raw_array(&mut self, state: Id) -> Result<Option<(u64, u64)>, Problem> {
        let shape = self
            .heap
            .member(state, "shape")
            .and_then(|shape| self.heap.numbers(shape));
        let dtype = self
            .heap
            .member(state, "dtype")
            .and_then(|dtype| super::dtype_of(self.heap, dtype));
        let Some((shape, dtype)) = shape.zip(dtype) else {
            return Err(self.cursor.wrong("an array of joblib without shape or dtype"));
        };
        if dtype.is_object {
            // Its elements are a pickle of their own, which begins here. To load it joblib asks pickle itself.
            let mut heap = Heap::default();
            let inner = run(self.cursor, &mut heap, self.pickles, Loader::Pickle);
            return Box::pin(inner).await.map(|_| None);
        }
        let alignment = self.heap.member(state, "numpy_array_alignment_bytes");
        if alignment.is_some_and(|bytes| !matches!(self.heap.get(bytes), Node::None)) {
            let padding = self.cursor.u8().await?;
            self.cursor.skip(padding.into())?;
        }
        let bytes = crate::format::facts::elements(&shape).and_then(|elements| elements.checked_mul(dtype.bytes));
        let bytes = bytes.ok_or_else(|| self.cursor.wrong("an array of more than 2^64 bytes"))?;
        let at = self.cursor.in_file();
        self.cursor.skip(bytes)?;
        Ok(Some((at, bytes)))
    }

    async fn text(&mut self, length: u64) -> Result<(), Problem> {
        let end = self.cursor.skip(length)?.end;
        self.cursor.seek(end - length)?;
        let kept = self
            .cursor
            .bytes(length.min(TEXT_BYTES_MAX), TEXT_BYTES_MAX as usize)
            .await?;
        self.cursor.seek(end)?;
        self.push(Node::Text(String::from_utf8_lossy(&kept).into()));
        Ok(())
    }

    fn bytes(&mut self, length: u64) -> Result<(), Problem> {
        let at = self.cursor.in_file();
        self.cursor.skip(length)?;
        self.push(Node::Bytes(at, length));
        Ok(())
    }

    /// A whole number of so many bytes, little-endian, in two's complement.
    async fn long(&mut self, length: u64) -> Result<(), Problem> {
        if length > 8 {
            self.cursor.skip(length)?;
            self.push(Node::Other);
            return Ok(());
        }
        let bytes = self.cursor.bytes(length, 8).await?;
        let sign = bytes.last().is_some_and(|last| *last >= 0x80);
        let mut wide = [if sign { 0xff } else { 0 }; 8];
        wide.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        self.push(Node::Int(i64::from_le_bytes(wide)));
        Ok(())
    }

    async fn line(&mut self) -> Result<String, Problem> {
        let line = self.raw_line().await?;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    /// A line without its end. At the end of the stream CPython takes the last byte for that, whatever it is.
    async fn raw_line(&mut self) -> Result<Vec<u8>, Problem> {
        let (mut line, has_end) = self.cursor.until(b'\n', LINE_BYTES_MAX).await?;
        if !has_end {
            line.pop();
        }
        Ok(line)
    }

    async fn line_value(&mut self, opcode: u8) -> Result<(), Problem> {
        if opcode == b'V' {
            let line = self.raw_line().await?;
            self.push(Node::Text(unescaped(&line).into()));
            return Ok(());
        }
        if opcode == b'S' {
            let line = self.raw_line().await?;
            self.push(unquoted(line.trim_ascii()).map_or(Node::Other, |text| Node::Text(text.into())));
            return Ok(());
        }
        let line = self.line().await?;
        let node = match opcode {
            b'I' if line == "00" => Node::Bool(false),
            b'I' if line == "01" => Node::Bool(true),
            b'I' | b'L' => line.trim_end_matches('L').trim().parse().map_or(Node::Other, Node::Int),
            _ => line.trim().parse().map_or(Node::Other, Node::Float),
        };
        self.push(node);
        Ok(())
    }
}

/// A place in the memo, as Python reads a number: underscores may stand between its digits.
fn place(line: &str) -> u64 {
    line.trim().replace('_', "").parse().unwrap_or(u64::MAX)
}

/// The string that a Python literal of bytes is, a character for each byte; None: it does not stand in quotes.
fn unquoted(literal: &[u8]) -> Option<String> {
    let [quote @ (b'\'' | b'"'), inner @ .., last] = literal else {
        return None;
    };
    if quote != last {
        return None;
    }
    let mut text = String::new();
    let mut rest = inner;
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'\\', [escape, after @ ..]) => match escaped(*escape, after) {
                Some(escaped) => escaped,
                None => (*byte, rest.get(1..).unwrap_or_default()),
            },
            (_, after) => (*byte, after),
        };
        text.push(char::from(byte));
        rest = after;
    }
    Some(text)
}

/// The byte that stands behind a backslash, and what follows it; None: the backslash stands for itself.
fn escaped(escape: u8, after: &[u8]) -> Option<(u8, &[u8])> {
    let number = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, radix).ok()
    };
    let byte = match escape {
        b'\\' | b'\'' | b'"' => escape,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'x' => {
            let code = number(after.get(..2)?, 16)?;
            return Some((u8::try_from(code).ok()?, after.get(2..)?));
        }
        b'0'..=b'7' => {
            let more = after.iter().take(2).take_while(|digit| (b'0'..=b'7').contains(digit));
            let (digits, after) = after.split_at_checked(more.count())?;
            let code = number(&[&[escape], digits].concat(), 8)?;
            // Of three digits eight bits are kept.
            return Some((u8::try_from(code & 0xff).ok()?, after));
        }
        _ => return None,
    };
    Some((byte, after))
}

/// Python's raw-unicode-escape: Latin-1 with `\\uXXXX` for what that has not. Two backslashes are two.
fn unescaped(line: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let escaped = match (byte, after.first()) {
            (b'\\', Some(b'u')) => after.get(1..5).map(|digits| (digits, 5)),
            (b'\\', Some(b'U')) => after.get(1..9).map(|digits| (digits, 9)),
            _ => None,
        };
        let digits = escaped.and_then(|(digits, _)| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code.and_then(char::from_u32).zip(escaped) {
            Some((character, (_, length))) => {
                text.push(character);
                rest = after.get(length..).unwrap_or_default();
            }
            None => {
                text.push(char::from(*byte));
                if *byte == b'\\' && after.starts_with(b"\\") {
                    text.push('\\');
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
    }
    text
}

/// Whether a class is joblib's of the arrays in the stream, by whichever of its names: with dots it can be reached
/// through the modules above it.
pub fn is_array_of_joblib((module, name): (&str, &str)) -> bool {
    let rest = "joblib.numpy_pickle.NumpyArrayWrapper".strip_prefix(module);
    rest.and_then(|rest| rest.strip_prefix('.')) == Some(name)
}

fn pairs(items: &[Id]) -> Vec<(Id, Id)> {
    let (pairs, _) = items.as_chunks::<2>();
    pairs.iter().map(|[key, value]| (*key, *value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython makes of them, 3.11: `pickle.loads(b"S" + line + b"\n.")`, with `encoding="latin-1"`.
    #[test]
    fn strings_of_text_opcodes() {
        for (line, expected) in [
            (&b"'os'"[..], Some("os")),
            (b"\"os\"", Some("os")),
            (b"'o\\x73'", Some("os")),
            (b"'\\157\\163'", Some("os")),
            (b"'\\o\\163\\0'", Some("\\os\0")),
            (b"'\\'\\\"\\\\\\n\\t'", Some("'\"\\\n\t")),
            (b"'\\777\\q\xe4'", Some("\u{ff}\\q\u{e4}")),
            (b"'os\"", None),
            (b"'", None),
            (b"os", None),
        ] {
            assert_eq!(unquoted(line).as_deref(), expected, "{line:?}");
        }
        for (line, expected) in [
            (&b"o\\u0073"[..], "os"),
            (b"o\\U00000073", "os"),
            (b"o\\\\u0073", "o\\\\u0073"),
            (b"o\\x73\xe4\\", "o\\x73\u{e4}\\"),
        ] {
            assert_eq!(unescaped(line), expected, "{line:?}");
        }
        assert_eq!(["1_0", " 7 ", "x", "-1"].map(place), [10, 7, u64::MAX, u64::MAX]);
    }
}
