//! Why something is no entry, and members that are read so that it can be told.

use super::name::EntryId;
use crate::journal::json::{JsonError, Object, Value};

/// Why something is no entry. Where it claims an id, the error has it, to name the entry by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// It is no JSON, or not within the limits.
    Json(JsonError),
    /// It is no JSON object.
    NotAnObject,
    /// A member is missing.
    Missing {
        /// The member.
        field: &'static str,
        /// The id it claims.
        id: Option<EntryId>,
    },
    /// A member has another type or form than it must.
    Wrong {
        /// The member.
        field: &'static str,
        /// The id it claims.
        id: Option<EntryId>,
    },
    /// `seq` is 0.
    SeqZero {
        /// The id it claims.
        id: EntryId,
    },
    /// Not the writer's first entry, and no `prev`.
    PrevMissing {
        /// The id it claims.
        id: EntryId,
    },
    /// The writer's first entry, and a `prev`.
    PrevOnFirst {
        /// The id it claims.
        id: EntryId,
    },
    /// The content does not give the id: it was altered.
    IdMismatch {
        /// The id it claims.
        claimed: EntryId,
        /// The id that its content has.
        computed: EntryId,
    },
}

impl EntryError {
    /// The id that the refused entry claims.
    pub fn id(&self) -> Option<EntryId> {
        match self {
            Self::Json(_) | Self::NotAnObject => None,
            Self::Missing { id, .. } | Self::Wrong { id, .. } => *id,
            Self::SeqZero { id } | Self::PrevMissing { id } | Self::PrevOnFirst { id } => Some(*id),
            Self::IdMismatch { claimed, .. } => Some(*claimed),
        }
    }
}

/// The members of an entry or of its change, read with errors that name the entry.
pub(super) struct Fields<'a> {
    pub(super) object: &'a Object,
    pub(super) id: Option<EntryId>,
}

impl<'a> Fields<'a> {
    pub(super) fn required<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, EntryError> {
        let value = self.object.get(field).ok_or_else(|| self.missing(field))?;
        read(value).ok_or_else(|| self.wrong(field))
    }

    pub(super) fn optional<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, EntryError> {
        match self.object.get(field) {
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(field)),
            None => Ok(None),
        }
    }

    pub(super) fn missing(&self, field: &'static str) -> EntryError {
        EntryError::Missing { field, id: self.id }
    }

    pub(super) fn wrong(&self, field: &'static str) -> EntryError {
        EntryError::Wrong { field, id: self.id }
    }
}
