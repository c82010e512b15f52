//! The opcodes.

mod joblib;
mod operands;
mod stack;

use std::collections::BTreeMap;
use std::rc::Rc;

pub use joblib::is_array_of_joblib;
use operands::place;
use stack::pairs;

use super::heap::{Call, Heap, Id, Node};
use crate::format::cursor::Cursor;
use crate::format::facts::Pickles;
use crate::format::problem::Problem;

/// How many opcodes are walked: more than any checkpoint of today has.
const OPCODES_MAX: u64 = 20_000_000;

/// How many values are kept.
const NODES_MAX: usize = 5_000_000;

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
}
