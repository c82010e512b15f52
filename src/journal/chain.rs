//! Whether each writer's entries follow one another, without a gap, a fork or a break.
//!
//! An entry's content gives its id, and it names the one before: who alters an old entry breaks all
//! that follow. What this cannot show: entries that were cut off at the end, and a chain that its own
//! writer wrote anew from some point on, unless somebody has seen the old one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::{Entry, EntryId, WriterId};
use super::set::Journal;

/// Something odd in the entries of one writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The writer.
    pub writer: WriterId,
    /// The name that the writer gave last; may be empty.
    pub author: String,
    /// What is odd.
    pub what: Oddity,
}

/// What is odd in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// The entries of these numbers, both included, are not here: a file that was older, or incomplete.
    Missing {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Different entries have this number: a browser profile was copied, or history was rewritten.
    Fork {
        /// The number.
        seq: u64,
        /// The entries, in total order.
        ids: Vec<EntryId>,
    },
    /// An entry names another one before it than the one that is here.
    Broken {
        /// The entry.
        id: EntryId,
    },
}

/// Everything odd in a journal, by writer and number.
pub fn check(journal: &Journal) -> Vec<Odd> {
    journal
        .by_writer()
        .flat_map(|(writer, entries)| check_writer(writer, entries))
        .collect()
}

fn check_writer<'a>(writer: WriterId, entries: impl Iterator<Item = &'a Arc<Entry>>) -> Vec<Odd> {
    let mut by_number: BTreeMap<u64, Vec<&Arc<Entry>>> = BTreeMap::new();
    for entry in entries {
        by_number.entry(entry.seq()).or_default().push(entry);
    }
    let last = by_number.last_key_value().and_then(|(_, entries)| entries.last());
    let author = last.map(|entry| entry.author().to_owned()).unwrap_or_default();
    let mut oddities = Vec::new();
    let (mut before, mut number_before): (&[&Arc<Entry>], u64) = (&[], 0);
    for (number, here) in &by_number {
        let follows = number_before.checked_add(1) == Some(*number);
        if !follows {
            oddities.push(Oddity::Missing {
                from: number_before.saturating_add(1),
                to: number.saturating_sub(1),
            });
        }
        if here.len() > 1 {
            oddities.push(Oddity::Fork {
                seq: *number,
                ids: here.iter().map(|entry| entry.id()).collect(),
            });
        }
        for entry in here {
            let is_known = |prev| before.iter().any(|other| other.id() == prev);
            if follows && entry.prev().is_some_and(|prev| !is_known(prev)) {
                oddities.push(Oddity::Broken { id: entry.id() });
            }
        }
        (before, number_before) = (here, *number);
    }
    let odd = |what| Odd {
        writer,
        author: author.clone(),
        what,
    };
    oddities.into_iter().map(odd).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::journal::{Change, Draft, Timestamp};

    const WRITER: WriterId = WriterId::from_bytes([1; 8]);

    fn entry(seq: u64, prev: Option<&Entry>, author: &str) -> Entry {
        let draft = Draft {
            writer: WRITER,
            seq,
            prev: prev.map(Entry::id),
            at: Timestamp::from_milliseconds(seq as i64),
            author: author.to_owned(),
            reason: None,
            change: Change::Unknown,
        };
        draft.seal()
    }

    fn oddities(entries: &[&Entry]) -> Vec<Oddity> {
        let mut journal = Journal::default();
        for entry in entries {
            journal.insert(Entry::clone(entry));
        }
        let odd = check(&journal);
        assert!(odd.iter().all(|odd| odd.writer == WRITER));
        odd.into_iter().map(|odd| odd.what).collect()
    }

    #[test]
    fn what_is_odd_in_a_chain() {
        let one = entry(1, None, "Ada");
        let two = entry(2, Some(&one), "Ada");
        let three = entry(3, Some(&two), "Ada");
        let four = entry(4, Some(&three), "Ada");
        let other_two = entry(2, Some(&one), "Ada on the copied profile");
        let other_three = entry(3, Some(&other_two), "Ada on the copied profile");
        let rewritten = entry(1, None, "Eve");
        let missing = |from, to| Oddity::Missing { from, to };
        let fork = |seq, entries: [&Entry; 2]| {
            let mut ids: Vec<_> = entries.iter().map(|entry| entry.id()).collect();
            ids.sort();
            Oddity::Fork { seq, ids }
        };
        for (entries, expected) in [
            (vec![], vec![]),
            (vec![&one, &two, &three, &four], vec![]),
            (vec![&four, &two, &one, &three], vec![]),
            (vec![&one, &four], vec![missing(2, 3)]),
            (vec![&three, &four], vec![missing(1, 2)]),
            (vec![&rewritten, &two, &three], vec![Oddity::Broken { id: two.id() }]),
            (vec![&one, &other_two, &three], vec![Oddity::Broken { id: three.id() }]),
            (vec![&one, &two, &other_two], vec![fork(2, [&two, &other_two])]),
            (
                vec![&one, &two, &other_two, &three, &other_three],
                vec![fork(2, [&two, &other_two]), fork(3, [&three, &other_three])],
            ),
        ] {
            assert_eq!(oddities(&entries), expected);
        }
    }

    #[test]
    fn a_writer_goes_by_the_last_name() {
        let one = entry(1, None, "Ada");
        let three = entry(3, Some(&one), "Ada L.");
        let mut journal = Journal::default();
        journal.insert(one);
        journal.insert(three);
        assert_eq!(check(&journal)[0].author, "Ada L.");
    }
}
