//! A catalogue to try the page with: looked at in place of the person's own, never mixed with it, never saved.

use super::State;
use crate::catalogue::changes::{self, Registration};
use crate::catalogue::properties::{Group, Metric, MetricKey};
use crate::catalogue::{Catalogue, FileFact, Holder};
use crate::digest::Digest;
use crate::journal::{Change, Journal, Pen, Timestamp, Value, WriterId};

/// The sample, while it is looked at.
#[derive(Debug, Default)]
pub struct Sample {
    pub(super) journal: Journal,
    pub(super) catalogue: Catalogue,
}

/// 3 March 2026, 09:00 UTC: when the first version was registered.
const BEGINS_MS: i64 = 1_772_528_400_000;
const DAY_MS: i64 = 86_400_000;

/// A version of the sample: its model, file, size, day, parent with the relation, accuracy and loss, and a note.
type Version = (
    &'static str,
    &'static str,
    u64,
    i64,
    Option<(usize, &'static str)>,
    Option<(f64, f64)>,
    &'static str,
);

const VERSIONS: [Version; 6] = [
    (
        "mnist-cnn",
        "mnist_cnn.safetensors",
        1_724_312,
        0,
        None,
        Some((0.962, 0.131)),
        "First one that trains. Two layers, no dropout.",
    ),
    (
        "mnist-cnn",
        "mnist_cnn.safetensors",
        1_724_312,
        4,
        Some((0, "finetune")),
        Some((0.984, 0.061)),
        "**Dropout 0.25**, ten more epochs.\n\n- less overfitting\n- `3` and `8` are still mixed up",
    ),
    (
        "mnist-cnn",
        "mnist_cnn.safetensors",
        1_724_312,
        9,
        Some((1, "finetune")),
        Some((0.979, 0.074)),
        "Tried a higher learning rate. Not better; kept for the table in the paper.",
    ),
    (
        "mnist-cnn",
        "mnist_cnn.safetensors",
        1_724_312,
        15,
        Some((1, "finetune")),
        Some((0.991, 0.034)),
        "Augmentation with small rotations. The one for the paper.",
    ),
    (
        "mnist-cnn",
        "mnist_cnn_int8.onnx",
        451_118,
        18,
        Some((3, "quantized")),
        Some((0.989, 0.041)),
        "8 bit, for the demo on a phone.",
    ),
    (
        "sentiment-lora",
        "adapter_model.safetensors",
        8_412_672,
        20,
        None,
        None,
        "Adapter for reviews. Base model on the shared disk.",
    ),
];

/// Moves of aliases: on which day, which alias, to which version, and why.
const MOVES: [(i64, &str, usize, &str); 5] = [
    (1, "production", 0, "something has to be there"),
    (5, "production", 1, "two points better"),
    (10, "candidate", 2, "to be looked at"),
    (16, "production", 3, "99 % at last; checked by hand on 200 digits"),
    (17, "paper-2026", 3, "the numbers in table 2"),
];

struct Maker {
    sample: Sample,
    writer: WriterId,
    /// The versions, in the order of [`VERSIONS`].
    ids: Vec<String>,
}

impl Maker {
    fn write(&mut self, day: i64, hour: i64, reason: &str, changes: impl FnOnce(&Catalogue) -> Vec<Change>) {
        let at = Timestamp::from_milliseconds(BEGINS_MS + day * DAY_MS + hour * DAY_MS / 24);
        let changes = changes(&self.sample.catalogue);
        let mut pen = Pen::new(&self.sample.journal, self.writer, "Ada (sample)".to_owned(), at);
        for change in changes {
            let reason = (!reason.is_empty()).then(|| reason.to_owned());
            if let Some(entry) = self.sample.journal.insert(pen.write(change, reason)).into_new() {
                self.sample.catalogue.apply(&entry);
            }
        }
    }

    /// Registers a version and says what is to be said of it.
    fn register(&mut self, n: usize, version: Version) {
        let (model, path, size_bytes, day, parent, measured, note) = version;
        let seed = format!("sample {n}");
        let what = Registration {
            model_name: model.to_owned(),
            note: note.to_owned(),
            files: vec![FileFact {
                path: path.to_owned(),
                size_bytes,
                sha256: Digest::of(seed.as_bytes()),
            }],
            ..Registration::default()
        };
        // Each has a name and one file: nothing is in the way.
        let Ok(registered) = changes::register(&self.sample.catalogue, &what, &seed) else {
            return;
        };
        self.write(day, 0, "", |_| registered.changes);
        let metric = |(name, value): (&str, f64)| {
            let metric = Metric {
                key: MetricKey::parse(name),
                value,
                n: Some(10_000),
                ..Metric::default()
            };
            let (name, value) = metric.to_property();
            (Group::Metric.field(&name), value)
        };
        let measured = measured.map(|(accuracy, loss)| [("accuracy@mnist/test", accuracy), ("loss@mnist/test", loss)]);
        let parent = parent.and_then(|(parent, relation)| Some((self.ids.get(parent)?, relation)));
        let parent = parent.map(|(parent, relation)| (Group::Parent.field(parent), Some(Value::from(relation))));
        let values = measured.into_iter().flatten().map(metric).chain(parent);
        let values: Vec<_> = values.collect();
        self.write(day, 1, "", |catalogue| {
            catalogue.set_properties(&registered.version, values)
        });
        self.ids.push(registered.version);
    }
}

fn make() -> Sample {
    let mut maker = Maker {
        sample: Sample::default(),
        writer: WriterId::from_bytes(*b"a sample"),
        ids: Vec::new(),
    };
    let (mut versions, mut moves) = (
        VERSIONS.into_iter().enumerate().peekable(),
        MOVES.into_iter().peekable(),
    );
    while versions.peek().is_some() || moves.peek().is_some() {
        let next_move = moves.peek().map_or(i64::MAX, |(day, ..)| *day);
        if let Some((n, version)) = versions.next_if(|(_, version)| version.3 <= next_move) {
            maker.register(n, version);
        } else if let Some((day, alias, to, reason)) = moves.next() {
            let to = maker.ids.get(to).map(|id| Holder::whole(id.clone()));
            maker.write(day, 6, reason, |catalogue| {
                let moved = to.and_then(|to| catalogue.move_alias("mnist-cnn", alias, &[to]).ok());
                moved.into_iter().collect()
            });
        }
    }
    maker.sample
}

/// Shows the sample in place of the person's own catalogue, or no more.
pub(super) fn show(state: &mut State, is_shown: bool) {
    if state.is_sample() != is_shown {
        // A moment of the one catalogue is none of the other.
        state.look_at(None);
        state.sample = is_shown.then(|| Box::new(make()));
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]
mod tests {
    use super::*;
    use crate::app::{Message, update};

    #[test]
    fn who_looks_back_and_brings_files_goes_on_looking_back() {
        let at = Timestamp::from_milliseconds(BEGINS_MS);
        let mut state = State::new(WriterId::from_bytes([1; 8]), 1);
        for (message, is_sample, as_of) in [
            (Message::LookedAt(Some(at)), false, Some(at)),
            (Message::FilesAdded(Vec::new()), false, Some(at)),
            (Message::FilesFollow(Vec::new()), false, Some(at)),
            (Message::SampleShown(true), true, None),
            (Message::LookedAt(Some(at)), true, Some(at)),
            (Message::FilesAdded(Vec::new()), false, None),
        ] {
            update(&mut state, message.clone(), at);
            assert_eq!((state.is_sample(), state.as_of()), (is_sample, as_of), "{message:?}");
        }
    }

    #[test]
    fn the_sample_has_what_a_newcomer_wants_to_see() {
        let sample = make();
        let catalogue = &sample.catalogue;
        assert_eq!(catalogue.model_count(), (2, 0));
        assert_eq!(catalogue.versions().count(), VERSIONS.len());
        assert_eq!(catalogue.notes().count(), VERSIONS.len());
        let production = catalogue.alias("mnist-cnn", "production").unwrap();
        assert_eq!(production.history().count(), 3);
        let at = |alias| catalogue.alias("mnist-cnn", alias).unwrap().moved().unwrap().at();
        assert!(at("candidate") < at("production") && at("production") < at("paper-2026"));
        let holder = catalogue.version(&production.holders()[0].version).unwrap();
        assert_eq!(
            (
                holder.label().as_str(),
                holder.metrics().count(),
                holder.parents().count()
            ),
            ("v4", 2, 1)
        );
        assert!(catalogue.notes_of(&holder.record_ref())[0].text().contains("paper"));
    }
}
