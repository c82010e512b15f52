//! From the drop to the registered version.

use super::*;

#[test]
fn files_are_hashed_as_many_at_once_as_there_are_workers() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "a.bin", 1_000), (2, "b.bin", 1_000), (3, "c.bin", 2_000)]);
    assert_eq!(desk.hashing, [1, 2]);
    desk.send(Message::Hashing(1, HashEvent::Progress(500)));
    let Standing::Hashing(progress) = desk.standing("a.bin") else {
        panic!()
    };
    assert_eq!((progress.done_bytes, progress.total_bytes), (500, 1_000));
    assert_eq!(progress.bytes_per_second(), Some(500.0));
    assert_eq!(
        (
            desk.state.intake.meter().done_bytes,
            desk.state.intake.meter().total_bytes
        ),
        (500, 4_000)
    );
    assert_eq!(desk.state.intake.file(3).unwrap().status, FileStatus::Queued);
    desk.hashed(1, "one");
    assert_eq!(desk.hashing, [2, 3]);
    assert_eq!(desk.standing("a.bin"), new_without_kin());
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    assert!(!desk.state.intake.is_hashing());
    assert_eq!(desk.state.intake.meter().fraction(), 1.0);
}

#[test]
fn a_cancelled_file_has_no_digest_frees_its_worker_and_can_be_hashed_again() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "a.bin", 10), (2, "b.bin", 10), (3, "c.bin", 10)]);
    desk.send(Message::FileCancelled(1));
    assert_eq!(desk.standing("a.bin"), Standing::Stopped { files: 1 });
    assert_eq!(desk.hashing, [2, 3]);
    // What the worker had said already comes late.
    let (digest, head) = (Digest::of(b"one"), Vec::new());
    desk.send(Message::Hashing(1, HashEvent::Done { digest, head }));
    assert_eq!(desk.standing("a.bin"), Standing::Stopped { files: 1 });
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    desk.send(Message::FileRetried(1));
    desk.hashed(1, "one");
    assert_eq!(desk.standing("a.bin"), new_without_kin());
    // A file that has its digest is not hashed again, nor cancelled.
    desk.send(Message::FileRetried(1));
    desk.send(Message::FileCancelled(1));
    assert_eq!((desk.hashing.len(), desk.standing("a.bin")), (0, new_without_kin()));
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_rest_goes_on() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "m/a.bin", 10), (2, "m/b.bin", 10)]);
    desk.send(Message::Hashing(1, HashEvent::Failed(ReadError::NotReadable)));
    assert_eq!(
        desk.state.intake.file(1).unwrap().status,
        FileStatus::Failed(ReadError::NotReadable)
    );
    desk.hashing.retain(|id| *id != 1);
    desk.hashed(2, "two");
    assert_eq!(desk.standing("m/b.bin"), Standing::Stopped { files: 1 });
    // Nothing is registered without a digest.
    desk.send(Message::GroupRegistered(desk.group_of("m/b.bin")));
    assert!(desk.state.journal.is_empty());
    desk.send(Message::FileLeftOut(1));
    assert_eq!(desk.standing("m/b.bin"), new_without_kin());
    desk.send(Message::PathsUnreadable(vec!["locked".to_owned()]));
    assert!(desk.only_notice().1.contains("locked"));
}

#[test]
fn the_page_says_what_a_file_is() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = format!("net@{}", Digest::of(b"weights").short());
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n",
        Digest::of(b"x")
    );
    desk.drop_files(&[
        (2, "copy of net.bin", 7),
        (3, "fresh.bin", 5),
        (4, "fresh too.bin", 5),
        (5, "model.gguf", pointer.len() as u64),
        (6, "folder/net.bin", 7),
        (7, "folder/config.json", 2),
    ]);
    desk.hashed(2, "weights");
    // Whichever is hashed first, the first in the list is the one to keep.
    desk.hashed(4, "fresh");
    desk.hashed(3, "fresh");
    desk.hashed(5, &pointer);
    desk.hashed(6, "weights");
    desk.hashed(7, "{}");
    for (path, verdict) in [
        ("copy of net.bin", Verdict::Known(vec![version.clone()])),
        ("fresh.bin", Verdict::New { kin: Vec::new() }),
        ("fresh too.bin", Verdict::SameAs(desk.group_of("fresh.bin"))),
        ("model.gguf", Verdict::Pointer),
        ("folder/net.bin", Verdict::New { kin: vec![version] }),
    ] {
        assert_eq!(desk.standing(path), Standing::Ready(verdict), "{path}");
    }
    let batch = desk.state.intake.batches().next().unwrap();
    let tally = desk
        .state
        .intake
        .tally(&batch.groups, &desk.state.catalogue, desk.state.writing.saved());
    assert_eq!(
        (tally.groups, tally.new, tally.known, tally.same, tally.pointers),
        (5, 2, 1, 1, 1)
    );
    // All at once: what is new, and nothing else.
    let id = batch.id;
    desk.send(Message::BatchRegistered(id));
    assert_eq!(desk.state.catalogue.versions().count(), 3);
    assert_eq!(
        desk.standing("fresh too.bin"),
        Standing::Ready(Verdict::Known(vec![format!("fresh@{}", Digest::of(b"fresh").short())]))
    );
}

#[test]
fn the_person_decides_what_is_one_version() {
    let mut desk = Desk::new();
    let shards = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"];
    desk.drop_files(&[(1, shards[0], 1), (2, shards[1], 1), (3, "other.bin", 1)]);
    assert_eq!(desk.groups().len(), 2, "shards belong together");
    desk.hashed(1, "one");
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    let batch = desk.state.intake.batches().next().unwrap().id;
    desk.send(Message::FormEdited(
        desk.group_of("other.bin"),
        FormEdit::Note("typed".to_owned()),
    ));
    desk.send(Message::GroupSplit(desk.group_of(shards[0])));
    assert_eq!(desk.groups().len(), 3);
    assert_eq!(desk.standing(shards[1]), new_without_kin());
    let other = desk.state.intake.group(desk.group_of("other.bin")).unwrap();
    assert_eq!(other.form.note, "typed", "what was typed elsewhere stays");
    desk.send(Message::GroupRegistered(desk.group_of(shards[0])));
    desk.send(Message::BatchJoined(batch));
    assert_eq!(desk.groups().len(), 2, "what is registered stays as it is");
    let joined = desk.state.intake.group(desk.group_of("other.bin")).unwrap();
    assert_eq!(joined.files, [2, 3]);
    for (message, left) in [
        (Message::GroupDismissed(desk.group_of("other.bin")), 1),
        (Message::BatchDismissed(batch), 0),
    ] {
        desk.send(message);
        assert_eq!(desk.groups().len(), left);
    }
}

#[test]
fn what_is_in_the_way_of_registering_is_told_and_the_form_stays() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "net.bin", 1)]);
    desk.hashed(1, "x");
    let group = desk.group_of("net.bin");
    desk.send(Message::FormEdited(group, FormEdit::ModelName("  ".to_owned())));
    desk.send(Message::GroupRegistered(group));
    assert_eq!(desk.only_notice().0, Level::Error);
    assert_eq!(desk.standing("net.bin"), new_without_kin());
    for edit in [
        FormEdit::ModelName("Net".to_owned()),
        FormEdit::Label("final".to_owned()),
    ] {
        desk.send(Message::FormEdited(group, edit));
    }
    desk.send(Message::GroupRegistered(group));
    assert_eq!(desk.state.catalogue.versions().next().unwrap().label(), "final");
}

#[test]
fn a_large_file_is_not_read_a_second_time_unless_it_is_asked_for() {
    const LARGE: u64 = 16 << 20;
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "net.bin", LARGE), (2, "small.bin", LARGE - 1)]);
    desk.hashed(1, "weights");
    desk.hashed(2, "weights of another");
    assert_eq!(
        desk.told_to_remember,
        [(1, Digest::of(b"weights"))],
        "only the large one is"
    );

    desk.remembered.insert(3, "weights");
    desk.drop_files(&[(3, "net.bin", LARGE)]);
    assert!(desk.hashing.is_empty(), "nothing is read");
    assert_eq!(
        desk.standing("net.bin"),
        Standing::Ready(Verdict::SameAs(desk.state.intake.group_of(1).unwrap().id))
    );
    let is_remembered = |desk: &Desk| {
        let status = &desk.state.intake.file(3).unwrap().status;
        matches!(
            status,
            FileStatus::Hashed {
                remembered: Some(_),
                ..
            }
        )
    };
    assert!(is_remembered(&desk));

    desk.send(Message::FileRetried(3));
    assert_eq!(desk.hashing, [3], "now it is");
    desk.hashed(3, "other weights");
    assert!(!is_remembered(&desk));
    assert_eq!(desk.told_to_remember.last(), Some(&(3, Digest::of(b"other weights"))));
    desk.send(Message::FileRetried(3));
    assert!(desk.hashing.is_empty(), "what was just read is not read again");
}
