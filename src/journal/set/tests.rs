#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::super::{Change, Draft, Object, Pen, RecordRef, Timestamp};
use super::*;

fn entry(writer: u8, seq: u64, at_ms: i64, what: &str) -> Arc<Entry> {
    let prev = (seq > 1).then(|| EntryId(crate::digest::Digest::of(&[writer])));
    let change = Change::Create {
        record: RecordRef {
            kind: "model".into(),
            id: what.into(),
        },
        facts: Object::default(),
    };
    let at = Timestamp::from_milliseconds(at_ms);
    let writer = WriterId::from_bytes([writer; 8]);
    Arc::new(
        Draft {
            writer,
            seq,
            prev,
            at,
            author: String::new(),
            reason: None,
            change,
        }
        .seal(),
    )
}

fn any_entries() -> impl Strategy<Value = Vec<Arc<Entry>>> {
    // Few writers, numbers, times and names: doubles, forks and equal times are common.
    let one = (0u8..3, 1u64..5, 0i64..4, "[ab]").prop_map(|(writer, seq, at, what)| entry(writer, seq, at, &what));
    prop::collection::vec(one, 0..20)
}

fn journal(entries: &[Arc<Entry>]) -> Journal {
    let mut journal = Journal::default();
    journal.union(entries.iter().cloned());
    journal
}

fn ids(journal: &Journal) -> Vec<EntryId> {
    journal.iter().map(|entry| entry.id()).collect()
}

proptest! {
    #[test]
    fn union_is_commutative_associative_idempotent_monotone(a in any_entries(), b in any_entries(), c in any_entries()) {
        let ab_c = journal(&[&a[..], &b[..], &c[..]].concat());
        let c_ba = journal(&[&c[..], &b[..], &a[..]].concat());
        prop_assert_eq!(ids(&ab_c), ids(&c_ba));
        let mut again = ab_c.clone();
        again.union(a.iter().cloned());
        prop_assert_eq!(ids(&again), ids(&ab_c));
        for entry in a.iter().chain(&b).chain(&c) {
            prop_assert!(ab_c.contains(&entry.id()));
            prop_assert_eq!(ab_c.get(&entry.id()).unwrap(), entry);
        }
        prop_assert_eq!(ab_c.len(), ab_c.iter().count());
        for writer in 0..3 {
            let writer = WriterId::from_bytes([writer; 8]);
            prop_assert_eq!(ab_c.head(&writer), c_ba.head(&writer));
        }
    }

    #[test]
    fn a_pen_follows_all_it_has_seen(seen in any_entries(), now in 0i64..6) {
        let mut journal = journal(&seen);
        let writer = WriterId::from_bytes([1; 8]);
        let before = journal.head(&writer).map(|head| (head.seq(), head.id()));
        let latest = journal.latest().map(|entry| entry.order());
        let mut pen = Pen::new(&journal, writer, "Ada".into(), Timestamp::from_milliseconds(now));
        let mut prev = before.map(|(_, id)| id);
        let mut seq = before.map_or(0, |(seq, _)| seq);
        for what in ["x", "y"] {
            let change = Change::Create {
                record: RecordRef { kind: "model".into(), id: what.into() },
                facts: Object::default(),
            };
            let entry = pen.write(change, None);
            seq += 1;
            prop_assert_eq!((entry.seq(), entry.prev()), (seq, prev));
            prop_assert!(entry.at().milliseconds() >= now);
            // A fork of one's own, of equal time and higher number, is the one thing that may sort later.
            let is_fork = latest.is_some_and(|latest| latest.1 == writer && latest.0 == entry.at() && latest.2 >= seq);
            prop_assert!(is_fork || latest < Some(entry.order()));
            prev = Some(entry.id());
            journal.insert(entry);
        }
    }
}

#[test]
fn both_ends_of_a_fork_are_kept() {
    let (one, other) = (entry(1, 2, 5, "one"), entry(1, 2, 6, "other"));
    let journal = journal(&[Arc::clone(&one), Arc::clone(&other)]);
    assert_eq!(journal.len(), 2);
    assert_eq!(journal.head(&one.writer()), Some(&other));
}
