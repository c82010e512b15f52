//! Why a reader stopped, and where.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What ended the reading of a file. Everything read before it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The position in the file, in bytes; in a part that is stored compressed: in that part.
    pub at: u64,
    /// What is there.
    pub what: What,
}

/// What is wrong with a place in a file. The texts name it in the terms of the format's specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The file, or the part of it that this should be in, ends here.
    CutOff,
    /// This cannot be.
    Wrong(Cow<'static, str>),
    /// This is beyond what this reader takes: so many at most.
    TooMany(Cow<'static, str>, u64),
    /// This is possible, and not read here.
    NotRead(Cow<'static, str>),
}

impl Problem {
    /// Something that cannot be.
    pub fn wrong(at: u64, what: impl Into<Cow<'static, str>>) -> Self {
        let what = What::Wrong(what.into());
        Self { at, what }
    }

    /// More than this reader takes.
    pub fn too_many(at: u64, what: &'static str, limit: u64) -> Self {
        let what = What::TooMany(what.into(), limit);
        Self { at, what }
    }

    /// Something that is not read here.
    pub fn not_read(at: u64, what: impl Into<Cow<'static, str>>) -> Self {
        let what = What::NotRead(what.into());
        Self { at, what }
    }

    /// The end came too early.
    pub fn cut_off(at: u64) -> Self {
        Self { at, what: What::CutOff }
    }
}
