//! joblib's arrays, whose bytes are no part of the pickle that they stand in.

use super::{Loader, Machine, run};
use crate::format::facts;
use crate::format::pickle::dtype_of;
use crate::format::pickle::heap::{Heap, Id, Node};
use crate::format::problem::Problem;

/// Whether a class is joblib's of the arrays in the stream, by whichever of its names: with dots it can be reached
/// through the modules above it.
pub fn is_array_of_joblib((module, name): (&str, &str)) -> bool {
    let rest = "joblib.numpy_pickle.NumpyArrayWrapper".strip_prefix(module);
    rest.and_then(|rest| rest.strip_prefix('.')) == Some(name)
}

impl Machine<'_> {
    /// joblib puts the bytes of an array into the stream, right behind the object that describes it, or behind the
    /// frame that this is in.
    pub(super) async fn array_behind_frame(&mut self, state: Id) -> Result<Option<(u64, u64)>, Problem> {
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
            .and_then(|dtype| dtype_of(self.heap, dtype));
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
        let bytes = facts::elements(&shape).and_then(|elements| elements.checked_mul(dtype.bytes));
        let bytes = bytes.ok_or_else(|| self.cursor.wrong("an array of more than 2^64 bytes"))?;
        let at = self.cursor.in_file();
        self.cursor.skip(bytes)?;
        Ok(Some((at, bytes)))
    }
}
