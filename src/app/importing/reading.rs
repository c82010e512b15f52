//! The reader of a catalogue file, which works beside the page, and what it says.

use serde::{Deserialize, Serialize};

use super::ENTRIES_AT_ONCE;
use crate::app::store::ReadError;
use crate::app::words::{self, Notice};
use crate::exchange::catalogue_file::{FileError, Offer, Reading};
use crate::format::Inspected;
use crate::journal::Entry;

/// How much of what model files say is told at once.
const INSPECTIONS_BYTES_AT_ONCE: usize = 1024 * 1024;

/// What the reader of a catalogue file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogueEvent {
    /// Entries as they stand in the file. It goes on after [`Effect::Want`](crate::app::Effect::Want).
    Offered {
        /// The ids that they claim, one a line.
        ids: String,
        /// Their texts, one a line.
        lines: String,
        /// How much of the file was read.
        done_bytes: u64,
    },
    /// Entries that were checked. It goes on after [`Effect::Want`](crate::app::Effect::Want), which says which of them are new.
    Entries {
        /// Their texts, one a line.
        lines: String,
        /// How much of the file was read.
        done_bytes: u64,
    },
    /// What model files say of themselves. It goes on after [`Effect::Want`](crate::app::Effect::Want).
    Inspections {
        /// A digest and an [`Inspected`](crate::format::Inspected) as JSON a line, with a space between.
        lines: String,
        /// How many could not be read.
        unreadable: usize,
    },
    /// The file is read to its end.
    Done(Summary),
    /// It is no catalogue, in words: nothing of it is imported.
    Refused(Notice),
    /// Its bytes did not come.
    Failed(ReadError),
}

impl CatalogueEvent {
    /// Whether the reader says nothing after it.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Offered { .. } | Self::Entries { .. } | Self::Inspections { .. } => false,
            Self::Done(_) | Self::Refused(_) | Self::Failed(_) => true,
        }
    }
}

/// What a catalogue file says beside its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// When it was exported, as it says.
    pub exported_at: String,
    /// By whom, as it says.
    pub exported_by: String,
    /// The public key (hex) that signed it; the signature was checked. None: it is not signed.
    pub signed_by: Option<String>,
    /// How far each writer's entries go, as it says: writers in hex.
    pub heads: Vec<(String, u64)>,
    /// Entries that cannot be trusted, and why, in words: the first of them.
    pub refused: Vec<String>,
    /// How many cannot be.
    pub refused_count: usize,
}

/// Reads and checks a catalogue file, a piece at a time.
///
/// Most entries of a teammate's file are here already, in the very same words: they are offered, and only
/// those that are wanted are checked. Where all are wanted, as in somebody's first file, the next ones are
/// checked without being offered.
pub struct CatalogueReading<'a> {
    name: &'a str,
    reading: Result<Reading<'a>, FileError>,
    offered: Vec<Offer<'a>>,
    /// What cannot be here already in these very words.
    others: Vec<Offer<'a>>,
    all_are_new: bool,
    /// So many inspections were told.
    inspections_told: usize,
}

impl<'a> CatalogueReading<'a> {
    /// At the start of a file of this name.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            name,
            reading: Reading::new(bytes),
            offered: Vec::new(),
            others: Vec::new(),
            all_are_new: false,
            inspections_told: 0,
        }
    }

    /// Tells everything to a page, which answers each time with the places of what it wants.
    pub async fn tell(mut self, mut page: impl AsyncFnMut(CatalogueEvent) -> Vec<u32>) {
        loop {
            let event = self.next().unwrap_or_else(|error| {
                let notice = words::catalogue_refused(self.name, &error);
                CatalogueEvent::Refused(notice)
            });
            match &event {
                CatalogueEvent::Offered { .. } => {
                    let wanted = page(event).await;
                    self.all_are_new = !self.offered.is_empty() && wanted.len() == self.offered.len();
                    if let Some(entries) = self.check(&wanted) {
                        page(entries).await;
                    }
                }
                CatalogueEvent::Entries { lines, .. } => {
                    let entries = lines.lines().count();
                    self.all_are_new = page(event).await.len() == entries;
                }
                CatalogueEvent::Inspections { .. } => drop(page(event).await),
                CatalogueEvent::Done(_) | CatalogueEvent::Refused(_) | CatalogueEvent::Failed(_) => {
                    page(event).await;
                    return;
                }
            }
        }
    }

    fn next(&mut self) -> Result<CatalogueEvent, FileError> {
        loop {
            let reading = self.reading.as_mut().map_err(|error| error.clone())?;
            let offers = reading.offers(ENTRIES_AT_ONCE)?;
            if offers.is_empty() {
                if let Some(inspections) = inspections(reading, &mut self.inspections_told) {
                    return Ok(inspections);
                }
                let heads = reading.heads.iter();
                return Ok(CatalogueEvent::Done(Summary {
                    signed_by: None,
                    exported_at: reading.exported_at.clone(),
                    exported_by: reading.exported_by.clone(),
                    heads: heads.map(|(writer, seq)| (writer.to_string(), *seq)).collect(),
                    refused: reading.refused().iter().map(words::refused).collect(),
                    refused_count: reading.refused_count(),
                }));
            }
            let done_bytes = reading.position();
            if self.all_are_new {
                self.others = offers;
                match self.check(&[]) {
                    Some(entries) => return Ok(entries),
                    None => continue,
                }
            }
            let is_canonical = |offer: &Offer<'_>| offer.id.is_some() && !offer.text.contains('\n');
            (self.offered, self.others) = offers.into_iter().partition(is_canonical);
            let ids = self.offered.iter().filter_map(|offer| offer.id);
            let lines = self.offered.iter().map(|offer| offer.text);
            return Ok(CatalogueEvent::Offered {
                ids: ids.map(|id| id.to_string()).collect::<Vec<_>>().join("\n"),
                lines: lines.collect::<Vec<_>>().join("\n"),
                done_bytes,
            });
        }
    }

    /// The entries at these places of the last offer, checked, and those that were not offered.
    fn check(&mut self, wanted: &[u32]) -> Option<CatalogueEvent> {
        let offered = std::mem::take(&mut self.offered);
        let others = std::mem::take(&mut self.others);
        let wanted = wanted
            .iter()
            .filter_map(|place| offered.get(usize::try_from(*place).ok()?));
        let reading = self.reading.as_mut().ok()?;
        let entries: Vec<_> = wanted.chain(&others).filter_map(|offer| reading.check(offer)).collect();
        let lines: Vec<_> = entries.iter().map(Entry::text).collect();
        (!lines.is_empty()).then(|| CatalogueEvent::Entries {
            lines: lines.join("\n"),
            done_bytes: reading.position(),
        })
    }
}

/// The next of the inspections of a file, checked; None after the last.
fn inspections(reading: &Reading<'_>, told: &mut usize) -> Option<CatalogueEvent> {
    let (mut lines, mut unreadable) = (String::new(), 0);
    let rest = reading.inspections.get(*told..).unwrap_or_default();
    for (digest, text) in rest {
        *told += 1;
        match Inspected::from_json(text) {
            Some(inspected) => lines.push_str(&format!("{digest} {}\n", inspected.to_json())),
            None => unreadable += 1,
        }
        if lines.len() > INSPECTIONS_BYTES_AT_ONCE {
            break;
        }
    }
    (!rest.is_empty()).then_some(CatalogueEvent::Inspections { lines, unreadable })
}
