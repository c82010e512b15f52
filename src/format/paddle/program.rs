//! Paddle's programs of before version 3: blocks of variables and operators, in protobuf.

use std::collections::BTreeMap;

use super::{DIMENSIONS_MAX, NAMES_MAX, dtype, lay_out, shown};
use crate::format::cursor::Cursor;
use crate::format::facts::{Facts, Port, Tensor, add, add_port};
use crate::format::operators::Operators;
use crate::format::problem::Problem;
use crate::format::source::Source;
use crate::format::wire::{self, Event, Messages, Value};

/// The type of a variable that is a tensor. What is fed and fetched is held in others, which are kept too.
const TENSOR: u64 = 7;

/// What a message is, as far as it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Program,
    Version,
    Block,
    Variable,
    Type,
    LodTensor,
    Description,
    Operator,
    /// What goes into an operator (1), or comes out (2).
    Slot(u64),
}

/// What is read of messages until they are over.
#[derive(Default)]
struct Reader {
    operators: Operators,
    blocks: u64,
    name: String,
    kind: u64,
    is_kept: bool,
    dtype: u64,
    sizes: Vec<u64>,
    operator: String,
    /// Names of what goes into an operator, and of what comes out.
    slots: [Vec<String>; 2],
    /// The types of variables that are not kept: inputs and outputs are among them.
    kinds: BTreeMap<String, String>,
}

/// Whether a file is one, by its first bytes: a block of number 0 that is in no other.
pub fn looks_like_one(head: &[u8]) -> bool {
    let block = head.strip_prefix(&[0x0a]).unwrap_or_default();
    let length = block.iter().take_while(|byte| **byte >= 0x80).count();
    let block = block.get(length.saturating_add(1)..).unwrap_or_default();
    block.starts_with(&[0x08, 0, 0x10, 0xff, 0xff])
}

/// Reads a program, whose parameters are in the file of this name.
pub async fn read(beside: Option<&str>, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "paddle-pdmodel".into();
    let mut reader = Reader::default();
    let read = read_program(&mut Cursor::new(source), &mut reader, facts).await;
    lay_out(beside, facts);
    facts.hyperparams.push(("blocks".to_owned(), reader.blocks.to_string()));
    reader.operators.keep(facts);
    read
}

async fn read_program(cursor: &mut Cursor, reader: &mut Reader, facts: &mut Facts) -> Result<(), Problem> {
    let mut messages = Messages::default();
    let mut open = vec![Kind::Program];
    while let Some(event) = messages.next(cursor).await? {
        let Event::Field(number, value) = event else {
            if let Some(kind) = open.pop() {
                reader.finish(kind, cursor, facts)?;
            }
            continue;
        };
        let kind = open.last().copied().unwrap_or(Kind::Program);
        match (kind, number, value, inner(kind, number)) {
            (_, _, Value::Bytes(count), Some(inner)) => {
                messages.enter(cursor, count)?;
                open.push(inner);
                reader.start(inner);
            }
            (Kind::Variable, 1, ..) => reader.name = wire::text(cursor, value).await?,
            (Kind::Operator, 3, ..) => reader.operator = wire::text(cursor, value).await?,
            (Kind::Slot(slot), 2, ..) => {
                let name = wire::text(cursor, value).await?;
                let [inputs, outputs] = &mut reader.slots;
                if slot == 1 {
                    inputs.push(name)
                } else {
                    outputs.push(name)
                }
            }
            (Kind::Description, 2, ..) => wire::numbers(cursor, value, &mut reader.sizes, DIMENSIONS_MAX).await?,
            (Kind::Description, 1, Value::Varint(number), _) => reader.dtype = number,
            (Kind::Type, 1, Value::Varint(number), _) => reader.kind = number,
            (Kind::Variable, 3, Value::Varint(is_kept), _) => reader.is_kept = is_kept != 0,
            (Kind::Version, 1, Value::Varint(version), _) => {
                facts.format_version = Some(version.to_string());
                let [major, minor, patch] = [version / 1_000_000, version / 1000 % 1000, version % 1000];
                facts.producer = Some(format!("PaddlePaddle {major}.{minor}.{patch}")).filter(|_| version > 0);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    Ok(())
}

/// What a field of a message is, if it is a message that is entered.
fn inner(kind: Kind, number: u64) -> Option<Kind> {
    Some(match (kind, number) {
        (Kind::Program, 1) => Kind::Block,
        (Kind::Program, 4) => Kind::Version,
        (Kind::Block, 3) => Kind::Variable,
        (Kind::Block, 4) => Kind::Operator,
        (Kind::Variable, 2) => Kind::Type,
        (Kind::Type, 3) => Kind::LodTensor,
        (Kind::LodTensor, 1) => Kind::Description,
        (Kind::Operator, 1 | 2) => Kind::Slot(number),
        _ => return None,
    })
}

impl Reader {
    /// Forgets what was read before of such a message.
    fn start(&mut self, kind: Kind) {
        match kind {
            Kind::Block => self.blocks = self.blocks.saturating_add(1),
            Kind::Variable => {
                self.name.clear();
                self.sizes.clear();
                (self.kind, self.is_kept, self.dtype) = (0, false, 0);
            }
            Kind::Operator => {
                self.operator.clear();
                self.slots.iter_mut().for_each(Vec::clear);
            }
            _ => {}
        }
    }

    fn finish(&mut self, kind: Kind, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
        match kind {
            Kind::Variable if self.kind == TENSOR => {
                let (name, dtype) = (std::mem::take(&mut self.name), dtype(self.dtype));
                let sizes: Vec<_> = self.sizes.iter().map(|size| size.cast_signed()).collect();
                if !self.is_kept {
                    self.kinds.insert(name, shown(&dtype, &sizes));
                } else if sizes.iter().any(|size| *size < 0) {
                    return Err(cursor.wrong("a parameter of no fixed shape"));
                } else {
                    add(&mut facts.tensors, Tensor::new(name, dtype, self.sizes.clone()), cursor)?;
                }
            }
            Kind::Operator => {
                self.operators.count(&self.operator);
                let [inputs, outputs] = &mut self.slots;
                let (names, ports) = match self.operator.as_str() {
                    "feed" => (outputs, &mut facts.inputs),
                    "fetch" => (inputs, &mut facts.outputs),
                    _ => return Ok(()),
                };
                let left = NAMES_MAX.saturating_sub(ports.len());
                for name in names.drain(..).take(left) {
                    let kind = self.kinds.get(&name).cloned().unwrap_or_default();
                    add_port(ports, Port { name, kind }, cursor)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::format::facts::Place;
    use crate::format::harm::{facts_of, harm};

    const FILE: &[u8] = include_bytes!("../../../tests/fixtures/models/paddle/legacy_inference.pdmodel");

    #[test]
    fn what_a_program_says() {
        let facts = facts_of("a/m.pdmodel", FILE);
        assert_eq!(facts.stopped, None);
        assert_eq!(facts.producer.as_deref(), Some("PaddlePaddle 3.3.1"));
        assert_eq!(facts.inputs.first().unwrap().kind, "F32[?, 1, 28, 28]");
        assert_eq!(facts.outputs.first().unwrap().kind, "F32[?, 10]");
        assert_eq!(
            facts.tensors.last().unwrap().place,
            Place::Beside("m.pdiparams".to_owned(), 689..63409)
        );
        // Of a file of another name it is not known which other file is beside it.
        let facts = facts_of("__model__", FILE);
        assert_eq!(facts.tensors.last().unwrap().place, Place::Nowhere);
    }

    #[test]
    fn nothing_panics() {
        harm("a.pdmodel", FILE, 0, 17, 3_000);
    }
}
