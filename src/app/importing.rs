//! Importing a catalogue: it is read and checked piece by piece, then shown as a preview of what it would
//! add, then written at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::clash::{Clash, clashes_beside};
use super::intake::NewFile;
use super::progress::Progress;
use super::store::{Import, ReadError};
use super::words::Notice;
use super::{Effect, State, team, words, writing};
use crate::catalogue::{Records, is_shown, kind};
use crate::digest::Digest;
use crate::exchange::catalogue_file::{self, FileError, Offer, Reading};
use crate::format::Inspected;
use crate::journal::chain::{self, Odd};
use crate::journal::{Change, Entry, EntryId, Journal, Timestamp, WriterId};

/// Clocks differ; entries further ahead than this are pointed out.
const AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// How many names are listed for each kind.
const NAMES_SHOWN: usize = 20;

/// How many entries are taken in before the page may do something else.
const ENTRIES_AT_ONCE: usize = 1_000;

/// How much of what model files say is told at once, and is taken of one catalogue.
const INSPECTIONS_BYTES_AT_ONCE: usize = 1024 * 1024;
const INSPECTIONS_BYTES_MAX: usize = 128 * 1024 * 1024;

/// What the reader of a catalogue file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogueEvent {
    /// Entries as they stand in the file. It goes on after [`Effect::Want`].
    Offered {
        /// The ids that they claim, one a line.
        ids: String,
        /// Their texts, one a line.
        lines: String,
        /// How much of the file was read.
        done_bytes: u64,
    },
    /// Entries that were checked. It goes on after [`Effect::Want`], which says which of them are new.
    Entries {
        /// Their texts, one a line.
        lines: String,
        /// How much of the file was read.
        done_bytes: u64,
    },
    /// What model files say of themselves. It goes on after [`Effect::Want`].
    Inspections {
        /// A digest and an [`Inspected`] as JSON a line, with a space between.
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

/// What an import would do.
#[derive(Debug)]
pub struct Preview {
    /// The file's name.
    pub file_name: String,
    /// The file's length.
    pub size_bytes: u64,
    /// How far it is.
    pub step: Step,
    /// How fast that goes: in bytes of the file, then in entries.
    pub progress: Option<Progress>,
    /// It is of the team's folder: nobody is asked.
    pub is_live: bool,
    import: Option<Arc<Import>>,
    /// What the file says beside its entries.
    pub summary: Summary,
    /// The entries that are not here yet.
    pub new: Vec<Arc<Entry>>,
    /// How many are here already.
    pub known: usize,
    /// Of the new ones: how many are dated more than a day ahead.
    pub ahead: usize,
    /// Records that would be created, by kind: how many, and the first ids.
    pub creates: BTreeMap<String, (usize, Vec<String>)>,
    /// New entries that set a field.
    pub sets: usize,
    /// Fields that people set apart, and that are not in conflict here yet.
    pub clashes: Vec<Clash>,
    /// What would be odd in writers' entries, and is not yet.
    pub odd: Vec<Odd>,
    /// New entries of a newer Modelbook: kept, not shown.
    pub not_shown: usize,
    /// Whose entries the file has not all of.
    pub stale: Vec<Stale>,
    /// The last entry of each writer in the file: its number, and the name on it.
    last: BTreeMap<WriterId, (u64, String)>,
    /// The records that the new entries set fields of, with those fields as they would be. Of no use once the
    /// file is read.
    merged: Records,
    /// How the new entries follow one another.
    chains: chain::Beside,
    /// What model files say of themselves: [`Inspected`] as JSON.
    pub inspections: Vec<(Digest, String)>,
    /// How many more of these could not be read, or were too long together.
    pub inspections_left: usize,
    inspections_bytes: usize,
}

/// What a file has not of a writer's entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It is older than what is here.
    Older {
        /// The name on the writer's last entry here.
        author: String,
        /// The number of the writer's last entry in the file.
        last: u64,
        /// And here.
        here: u64,
    },
    /// It says itself that there were more.
    Cut {
        /// The name on the writer's last entry in the file, or the writer.
        author: String,
        /// The number of the writer's last entry in the file; 0 where there is none.
        last: u64,
        /// What it says that is.
        claimed: u64,
    },
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is being read.
    Reading,
    /// The person decides.
    Ready,
    /// The entries are being taken in: so many are.
    Importing {
        /// So many are done.
        done: usize,
    },
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

impl Preview {
    /// How many records of a kind would be created.
    pub fn created(&self, kind: &str) -> usize {
        self.creates.get(kind).map_or(0, |(count, _)| *count)
    }

    fn new(file: &NewFile) -> Self {
        Self {
            file_name: file.path.clone(),
            size_bytes: file.size_bytes,
            step: Step::Reading,
            progress: None,
            is_live: false,
            import: None,
            summary: Summary::default(),
            new: Vec::new(),
            known: 0,
            ahead: 0,
            creates: BTreeMap::new(),
            sets: 0,
            clashes: Vec::new(),
            odd: Vec::new(),
            not_shown: 0,
            stale: Vec::new(),
            last: BTreeMap::new(),
            merged: Records::default(),
            chains: chain::Beside::default(),
            inspections: Vec::new(),
            inspections_left: 0,
            inspections_bytes: 0,
        }
    }

    fn add(&mut self, entry: Entry, here: &Records, now: Timestamp) {
        let entry = Arc::new(entry);
        self.ahead += usize::from(entry.at().milliseconds() > now.milliseconds().saturating_add(AHEAD_MS));
        self.not_shown += usize::from(!is_shown(&entry));
        match entry.change() {
            Change::Create { record, .. } => {
                let (count, ids) = self.creates.entry(record.kind.clone()).or_default();
                *count += 1;
                if ids.len() < NAMES_SHOWN && record.kind != kind::NOTE {
                    ids.push(record.id.clone());
                }
            }
            Change::Set { .. } => {
                self.sets += 1;
                self.merged.take_beside(here, &entry);
            }
            Change::Unknown => {}
        }
        self.chains.add(&entry);
        self.new.push(entry);
    }
}

/// A file was chosen that is a catalogue: it takes the place of one that is being looked at.
pub(super) fn choose(state: &mut State, file: NewFile) -> Vec<Effect> {
    if file.size_bytes > catalogue_file::FILE_BYTES_MAX {
        let error = ReadError::TooLong {
            limit_bytes: catalogue_file::FILE_BYTES_MAX,
        };
        state.tell(words::catalogue_unreadable(&file.path, &error));
        return vec![Effect::ForgetFile(file.id)];
    }
    if let Some(Preview {
        step: Step::Importing { .. },
        file_name,
        ..
    }) = &state.preview
    {
        let notice = words::still_importing(file_name, &file.path);
        state.tell(notice);
        return vec![Effect::ForgetFile(file.id)];
    }
    state.preview = Some(Preview::new(&file));
    vec![Effect::ReadCatalogue(file.id), Effect::ForgetFile(file.id)]
}

/// A catalogue of the team's folder changed. While another file is being looked at it has to wait.
pub(super) fn choose_live(state: &mut State, file: NewFile) -> Vec<Effect> {
    if state.preview.is_some() {
        return vec![Effect::ForgetFile(file.id)];
    }
    let effects = choose(state, file);
    if let Some(preview) = &mut state.preview {
        preview.is_live = true;
    }
    effects
}

/// A file of the folder is read: what is new is taken in.
fn take_in_live(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = &state.preview else {
        return Vec::new();
    };
    if preview.new.is_empty() {
        state.preview = None;
        return Vec::new();
    }
    if let Some(notice) = team::told_of_folder_file(preview) {
        state.tell(notice);
    }
    confirm(state, now)
}

/// The reader speaks. What it says of a file that was left meanwhile is passed over.
pub(super) fn hear(state: &mut State, event: CatalogueEvent, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = state.preview.as_mut().filter(|preview| preview.is_reading()) else {
        return Vec::new();
    };
    match event {
        CatalogueEvent::Offered { ids, lines, done_bytes } => {
            preview.advance(done_bytes, preview.size_bytes, now);
            let mut wanted = Vec::new();
            for (place, (id, line)) in (0..).zip(ids.lines().zip(lines.lines())) {
                let id = id.parse().ok().map(EntryId);
                let here = id.and_then(|id| state.journal.get(&id));
                match here.filter(|here| here.text() == line) {
                    Some(here) => {
                        preview.see(here);
                        preview.known += 1;
                    }
                    None => wanted.push(place),
                }
            }
            vec![Effect::Want(wanted)]
        }
        CatalogueEvent::Entries { lines, done_bytes } => {
            preview.advance(done_bytes, preview.size_bytes, now);
            let mut new = Vec::new();
            // The reader checked them, and gives their canonical texts.
            let entries = lines.lines().filter_map(|line| Entry::reread(line).ok());
            for (place, entry) in (0..).zip(entries) {
                preview.see(&entry);
                match state.journal.contains(&entry.id()) {
                    true => preview.known += 1,
                    false => {
                        new.push(place);
                        preview.add(entry, state.catalogue.records(), now);
                    }
                }
            }
            vec![Effect::Want(new)]
        }
        CatalogueEvent::Inspections { lines, unreadable } => {
            preview.inspections_left += unreadable;
            for line in lines.lines() {
                let Some((digest, text)) = line.split_once(' ') else {
                    continue;
                };
                let bytes = preview.inspections_bytes.saturating_add(text.len());
                match digest.parse() {
                    Ok(digest) if bytes <= INSPECTIONS_BYTES_MAX => {
                        preview.inspections_bytes = bytes;
                        preview.inspections.push((digest, text.to_owned()));
                    }
                    _ => preview.inspections_left += 1,
                }
            }
            vec![Effect::Want(Vec::new())]
        }
        CatalogueEvent::Done(summary) => {
            preview.summary = summary;
            preview.step = Step::Ready;
            preview.clashes = clashes_beside(&state.catalogue, &preview.merged);
            preview.stale = preview.stale(&state.journal, &state.writing.profile.writer);
            preview.odd = std::mem::take(&mut preview.chains).check(&state.journal);
            match preview.is_live {
                true => take_in_live(state, now),
                false => go_on(state, now),
            }
        }
        CatalogueEvent::Refused(notice) => {
            state.preview = None;
            state.tell(notice);
            Vec::new()
        }
        CatalogueEvent::Failed(error) => {
            let notice = words::catalogue_unreadable(&preview.file_name, &error);
            state.preview = None;
            state.tell(notice);
            Vec::new()
        }
    }
}

impl Preview {
    fn see(&mut self, entry: &Entry) {
        match self.last.get_mut(&entry.writer()) {
            Some((last, _)) if entry.seq() < *last => {}
            Some(last) => *last = (entry.seq(), entry.author().to_owned()),
            None => drop(
                self.last
                    .insert(entry.writer(), (entry.seq(), entry.author().to_owned())),
            ),
        }
    }

    /// One's own entries are always newer here.
    fn stale(&self, journal: &Journal, own: &WriterId) -> Vec<Stale> {
        let mut stale = Vec::new();
        for (writer, claimed) in &self.summary.heads {
            let of_writer = writer.parse().ok().and_then(|writer| self.last.get(&writer));
            let (last, author) = of_writer.cloned().unwrap_or((0, words::nameless(writer)));
            if last < *claimed {
                let claimed = *claimed;
                stale.push(Stale::Cut { author, last, claimed });
            }
        }
        for (writer, (last, _)) in self.last.iter().filter(|(writer, _)| *writer != own) {
            if let Some(head) = journal.head(writer).filter(|head| *last < head.seq()) {
                stale.push(Stale::Older {
                    author: head.author().to_owned(),
                    last: *last,
                    here: head.seq(),
                });
            }
        }
        stale
    }

    /// So much of the present step is done.
    fn advance(&mut self, done: u64, total: u64, now: Timestamp) {
        let now_ms = now.milliseconds();
        let progress = self.progress.get_or_insert_with(|| Progress::new(total, now_ms));
        progress.advance(done, now_ms);
    }

    fn is_reading(&self) -> bool {
        self.step == Step::Reading
    }
}

/// The person agreed.
pub(super) fn confirm(state: &mut State, now: Timestamp) -> Vec<Effect> {
    match state.preview.as_mut() {
        Some(preview) if preview.step == Step::Ready => {
            preview.step = Step::Importing { done: 0 };
            preview.progress = None;
            preview.import = Some(Arc::new(Import {
                at: now,
                file_name: preview.file_name.clone(),
            }));
            let by = preview.summary.exported_by.clone();
            let inspections = std::mem::take(&mut preview.inspections);
            let keep = (!inspections.is_empty()).then_some(Effect::KeepOthersInspections { by, inspections });
            let mut effects = go_on(state, now);
            effects.extend(keep);
            effects
        }
        _ => Vec::new(),
    }
}

/// Does some more of what is left to do: lets go of what was needed for the preview, and once the person agreed
/// takes some entries in. After the last ones all are written.
pub(super) fn go_on(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = state.preview.as_mut() else {
        return Vec::new();
    };
    let is_more = !preview.is_reading() && preview.merged.let_go(ENTRIES_AT_ONCE);
    let (Step::Importing { done }, Some(import)) = (&mut preview.step, preview.import.clone()) else {
        return is_more.then_some(Effect::GoOnImporting).into_iter().collect();
    };
    let upto = preview.new.len().min(*done + ENTRIES_AT_ONCE);
    let some = preview.new.get(*done..upto).unwrap_or_default().to_vec();
    *done = upto;
    let count = preview.new.len();
    preview.advance(upto as u64, count as u64, now);
    writing::import(state, some, &import);
    if upto < count {
        return vec![Effect::GoOnImporting];
    }
    if let Some(preview) = state.preview.take().filter(|preview| !preview.is_live) {
        state.tell(Notice::info(words::imported(count, &preview.file_name)));
    }
    writing::import_done(state)
}

/// The person decided otherwise. What is being taken in already is.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    match state.preview.as_ref().map(|preview| preview.step) {
        Some(Step::Importing { .. }) | None => Vec::new(),
        Some(_) => {
            state.preview = None;
            vec![Effect::StopReading]
        }
    }
}
