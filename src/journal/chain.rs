//! Whether each writer's entries follow one another, without a gap, a fork or a break.
//!
//! An entry's content gives its id, and it names the one before: who alters an old entry breaks all
//! that follow. What this cannot show: entries that were cut off at the end, and a chain that its own
//! writer wrote anew from some point on, unless somebody has seen the old one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::{Entry, EntryId, WriterId};
use super::set::Journal;
use super::time::Timestamp;

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

/// What of an entry is needed to see whether it follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Its number.
    pub seq: u64,
    at: Timestamp,
    /// Its id.
    pub id: EntryId,
    prev: Option<EntryId>,
}

impl From<&Entry> for Link {
    fn from(entry: &Entry) -> Self {
        Self {
            seq: entry.seq(),
            at: entry.at(),
            id: entry.id(),
            prev: entry.prev(),
        }
    }
}

/// Everything odd in a journal, by writer and number.
pub fn check(journal: &Journal) -> Vec<Odd> {
    let of_writer = |writer: WriterId| {
        let links = journal.of_writer(&writer).map(|entry| Link::from(&**entry));
        oddities(links).into_iter().map(move |what| odd(journal, writer, what))
    };
    journal.writers().flat_map(of_writer).collect()
}

/// Further entries, of which it is asked what they would make odd.
#[derive(Debug, Default)]
pub struct Beside {
    /// The links of each writer, and their last entry.
    fresh: BTreeMap<WriterId, (Vec<Link>, Arc<Entry>)>,
}

impl Beside {
    /// Takes one more.
    pub fn add(&mut self, entry: &Arc<Entry>) {
        let of_writer = self.fresh.entry(entry.writer());
        let (links, last) = of_writer.or_insert_with(|| (Vec::new(), Arc::clone(entry)));
        links.push(Link::from(&**entry));
        if last.seq() <= entry.seq() {
            *last = Arc::clone(entry);
        }
    }

    /// What they would make odd in a journal that is not so yet.
    pub fn check(self, journal: &Journal) -> Vec<Odd> {
        let mut found = Vec::new();
        for (writer, (mut links, last)) in self.fresh {
            let here: Vec<_> = journal.of_writer(&writer).map(|entry| Link::from(&**entry)).collect();
            let already = oddities(here.iter().copied());
            links.extend(here);
            links.sort_unstable();
            links.dedup();
            let mut odd = oddities(links.into_iter());
            odd.retain(|what| !already.contains(what));
            let head = journal.head(&writer).filter(|head| head.seq() > last.seq());
            let newest = head.unwrap_or(&last);
            found.extend(odd.into_iter().map(|what| Odd {
                writer,
                author: newest.author().to_owned(),
                what,
            }));
        }
        found
    }
}

fn odd(journal: &Journal, writer: WriterId, what: Oddity) -> Odd {
    let author = journal.head(&writer).map(|head| head.author().to_owned());
    Odd {
        writer,
        author: author.unwrap_or_default(),
        what,
    }
}

/// What is odd in the links of one writer, which come by number.
pub fn oddities(links: impl Iterator<Item = Link>) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    let (mut before, mut here): (Vec<Link>, Vec<Link>) = (Vec::new(), Vec::new());
    for link in links {
        if here.first().is_none_or(|first| first.seq != link.seq) {
            look(&before, &here, &mut oddities);
            std::mem::swap(&mut before, &mut here);
            here.clear();
        }
        here.push(link);
    }
    look(&before, &here, &mut oddities);
    oddities
}

/// Looks at all links of one number, and at those of the number before.
fn look(before: &[Link], here: &[Link], oddities: &mut Vec<Oddity>) {
    let Some(first) = here.first() else { return };
    let number_before = before.first().map_or(0, |link| link.seq);
    let follows = number_before.checked_add(1) == Some(first.seq);
    if !follows {
        oddities.push(Oddity::Missing {
            from: number_before.saturating_add(1),
            to: first.seq.saturating_sub(1),
        });
    }
    if here.len() > 1 {
        oddities.push(Oddity::Fork {
            seq: first.seq,
            ids: here.iter().map(|link| link.id).collect(),
        });
    }
    for link in here {
        let is_known = |prev| before.iter().any(|other| other.id == prev);
        if follows && link.prev.is_some_and(|prev| !is_known(prev)) {
            oddities.push(Oddity::Broken { id: link.id });
        }
    }
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
        let beside = || {
            let mut beside = Beside::default();
            journal.iter().for_each(|entry| beside.add(entry));
            beside
        };
        assert_eq!(beside().check(&Journal::default()), odd, "beside nothing");
        assert_eq!(beside().check(&journal), [], "beside themselves");
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
