//! The laws of merging: whatever entries there are, however they come, the journal and its fold are the same.

use proptest::prelude::*;

use super::*;
use crate::journal::{Draft, EntryId, Order, Timestamp, WriterId};

/// An entry to be, whose numbers choose among few: doubles, forks, equal times and conflicts are common.
#[derive(Clone, Debug)]
pub struct Plan {
    who: (u8, u64, i64),
    change: u8,
    record: u8,
    value: u8,
    /// Which of the entries before it replaces; past the end: one that nobody has.
    replaces: Vec<usize>,
}

/// Plans of a few entries.
pub fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let who = (0u8..3, 1u64..5, 0i64..4);
    let plan = (who, 0u8..8, 0u8..3, 0u8..3, prop::collection::vec(0usize..12, 0..3));
    let plan = plan.prop_map(|(who, change, record, value, replaces)| Plan {
        who,
        change,
        record,
        value,
        replaces,
    });
    prop::collection::vec(plan, 0..12)
}

/// The entries of plans.
pub fn entries_of(plans: &[Plan]) -> Vec<Arc<Entry>> {
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    for plan in plans {
        let seen = |at: &usize| {
            entries
                .get(*at)
                .map_or(EntryId(Digest::of(b"nobody's")), |entry| entry.id())
        };
        let replaces = plan.replaces.iter().map(seen).collect();
        let (writer, seq, at_ms) = plan.who;
        let draft = Draft {
            writer: WriterId::from_bytes([writer; 8]),
            seq,
            prev: (seq > 1).then(|| EntryId(Digest::of(&[writer]))),
            at: Timestamp::from_milliseconds(at_ms),
            author: format!("person {writer}"),
            reason: None,
            change: change_of(plan, replaces),
        };
        entries.push(Arc::new(draft.seal()));
    }
    entries
}

fn change_of(plan: &Plan, replaces: Vec<EntryId>) -> Change {
    let (model, value) = (format!("m{}", plan.record), plan.value);
    let facts = VersionFacts::new(
        &model,
        vec![FileFact {
            path: format!("file {value}"),
            size_bytes: u64::MAX - u64::from(value),
            sha256: Digest::of(&[value % 2]),
        }],
    );
    let version = facts.version_id();
    let note = format!("n{}", plan.record);
    let create = |kind: &str, id: &str, facts| Change::Create {
        record: record(kind, id),
        facts,
    };
    let set = |kind: &str, id: &str, field: &str| Change::Set {
        record: record(kind, id),
        field: field.to_owned(),
        value: (value > 0)
            .then(|| Value::from(if field == field::ARCHIVED { "" } else { "abc" }.to_owned() + &value.to_string())),
        replaces: replaces.clone(),
    };
    let target = object([
        ("id", Value::from(version.as_str())),
        ("kind", Value::from(kind::VERSION)),
    ]);
    match plan.change {
        0 => create(
            kind::MODEL,
            &model,
            object([(field::NAME, Value::from(format!("Name {value}")))]),
        ),
        1 => create(kind::VERSION, &version, facts.to_facts()),
        2 => create(
            kind::NOTE,
            &note,
            object([("targets", Value::from(vec![Value::from(target)]))]),
        ),
        3 => set(kind::MODEL, &model, field::NAME),
        4 => set(kind::VERSION, &version, field::LABEL),
        5 => set(kind::NOTE, &note, field::TEXT),
        6 => Change::Set {
            record: record(kind::MODEL, &model),
            field: field::ARCHIVED.to_owned(),
            value: (value > 0).then(|| Value::from(true)),
            replaces,
        },
        // A fact that no page knows, and a create that contradicts itself.
        _ => create(
            kind::VERSION,
            &version,
            object([("later", Value::from(u64::MAX - u64::from(value)))]),
        ),
    }
}

fn apply(entries: impl IntoIterator<Item = Arc<Entry>>) -> (Journal, Catalogue) {
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    for entry in entries {
        if let Some(entry) = journal.insert(entry).into_new() {
            catalogue.apply(&entry);
        }
    }
    (journal, catalogue)
}

fn orders(journal: &Journal) -> Vec<Order> {
    journal.iter().map(|entry| entry.order()).collect()
}

proptest! {
    #![proptest_config(crate::cases(500, 1_000_000))]

    /// A text in another form than the canonical one is read the slow way, to the same entry.
    #[test]
    fn law_of_two_ways_to_read(plans in plans()) {
        for entry in entries_of(&plans) {
            let slow = entry.text().replacen('{', "{ ", 1);
            prop_assert_eq!(&Entry::parse(&slow).unwrap(), &*entry);
            prop_assert_eq!(&Entry::parse(entry.text()).unwrap(), &*entry);
            prop_assert_eq!(&Entry::reread(entry.text()).unwrap(), &*entry);
        }
    }

    /// Commutative, associative, idempotent, monotone; and the fold knows only what, not when.
    #[test]
    fn law_of_union_and_fold(plans in plans(), order in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        let entries = entries_of(&plans);
        let (journal, catalogue) = apply(entries.iter().cloned());
        // Any order, with doubles.
        let mut shuffled = entries.clone();
        for (at, other) in order.iter().take(entries.len()).enumerate() {
            shuffled.swap(at, other.index(entries.len()));
        }
        let again = shuffled.iter().chain(shuffled.iter().rev()).cloned();
        let (other_journal, other_catalogue) = apply(again);
        prop_assert_eq!(orders(&journal), orders(&other_journal));
        let seen = format!("{catalogue:?}");
        prop_assert_eq!(&seen, &format!("{other_catalogue:?}"));
        prop_assert_eq!(&seen, &format!("{:?}", Catalogue::fold(&journal)));
        // Halves, brought together either way.
        let half = entries.len() / 2;
        let (a, b) = (apply(entries[..half].to_vec()).0, apply(entries[half..].to_vec()).0);
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.union(b.iter().cloned());
        ba.union(a.iter().cloned());
        prop_assert_eq!(orders(&ab), orders(&journal));
        prop_assert_eq!(orders(&ba), orders(&journal));
        prop_assert!(a.iter().chain(b.iter()).all(|entry| ab.contains(&entry.id())));
    }
}
