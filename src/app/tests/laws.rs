//! The laws of merging, through the importer and the store.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;
use crate::catalogue::tests::laws::{entries_of, plans};
use crate::exchange::catalogue_file;
use crate::journal::{EntryId, Journal};

fn file_of(journal: &Journal) -> String {
    catalogue_file::write(journal, &Catalogue::fold(journal), Timestamp::default(), "Ada")
}

fn ids(journal: &Journal) -> BTreeSet<EntryId> {
    journal.iter().map(|entry| entry.id()).collect()
}

proptest! {
    #![proptest_config(crate::cases(60, 100_000))]

    /// Files brought in any order, some twice, make the same journal, page and store; all of it is kept.
    #[test]
    fn law_of_import(files in prop::collection::vec(plans(), 1..4), again in any::<prop::sample::Index>()) {
        let journals: Vec<_> = files.iter().map(|plans| {
            let mut journal = Journal::default();
            journal.union(entries_of(plans));
            journal
        }).collect();
        let import = |desk: &mut Desk, journal: &Journal| {
            desk.read_catalogue("a.modelbook.json", file_of(journal));
            prop_assert_eq!(desk.preview().summary.refused_count, 0);
            desk.send(Message::ImportConfirmed);
            Ok(())
        };
        let (mut one, mut other) = (Desk::new(), Desk::new());
        for journal in &journals {
            import(&mut one, journal)?;
        }
        for journal in journals.iter().rev() {
            import(&mut other, journal)?;
        }
        let all: BTreeSet<_> = journals.iter().flat_map(ids).collect();
        prop_assert_eq!(&ids(&one.state.journal), &all);
        prop_assert_eq!(&ids(&other.state.journal), &all);
        prop_assert_eq!(format!("{:?}", one.state.catalogue), format!("{:?}", other.state.catalogue));
        prop_assert_eq!(one.saving(), Saving::Saved);
        let stored: BTreeSet<_> = one.stored().iter().map(|line| crate::journal::Entry::parse(line).unwrap().id()).collect();
        prop_assert_eq!(&stored, &all);
        // Once more: nothing is new.
        one.read_catalogue("a.modelbook.json", file_of(again.get(&journals)));
        prop_assert_eq!(one.preview().new.len(), 0);
    }
}
