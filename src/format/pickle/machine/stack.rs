//! The stack with its marks, and the memo.

use super::Machine;
use crate::format::pickle::heap::{Id, Node};
use crate::format::problem::Problem;

impl Machine<'_> {
    pub(super) fn push(&mut self, node: Node) {
        let id = self.heap.add(node);
        self.stack.push(id);
    }

    pub(super) fn empty(&self) -> Problem {
        self.cursor.wrong("a pickle takes more from its stack than there is")
    }

    pub(super) fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    pub(super) fn pop(&mut self) -> Result<Id, Problem> {
        match self.stack.len() > self.floor() {
            true => self.stack.pop().ok_or_else(|| self.empty()),
            false => Err(self.empty()),
        }
    }

    pub(super) fn top(&self) -> Result<Id, Problem> {
        self.stack.last().copied().ok_or_else(|| self.empty())
    }

    /// POP takes a mark where one is on top.
    pub(super) fn pop_or_mark(&mut self) -> Result<(), Problem> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    pub(super) fn down_to_mark(&mut self) -> Result<Vec<Id>, Problem> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| self.cursor.wrong("a pickle without the mark it needs"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    pub(super) fn extend(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.heap.get_mut(top) {
            Some(Node::List(list)) => list.extend_from_slice(items),
            Some(Node::Call(call)) => call.more().items.extend_from_slice(items),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn set(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.heap.get_mut(top) {
            Some(Node::Dict(members)) => members.extend(pairs(items)),
            Some(Node::Call(call)) => call.more().pairs.extend(pairs(items)),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn get(&mut self, at: u64) {
        match self.memo.get(&at) {
            Some(id) => self.stack.push(*id),
            None => {
                self.pickles.odd("It takes from its memo what was never put there.");
                self.push(Node::Other);
            }
        }
    }

    pub(super) fn put(&mut self, at: u64) -> Result<(), Problem> {
        let top = self.top()?;
        self.memo.insert(at, top);
        Ok(())
    }
}

pub(super) fn pairs(items: &[Id]) -> Vec<(Id, Id)> {
    let (pairs, _) = items.as_chunks::<2>();
    pairs.iter().map(|[key, value]| (*key, *value)).collect()
}
