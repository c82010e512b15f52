//! Reading an entry whose text is canonical straight into its fields, without a tree of values between.
//!
//! Whatever is not as expected gives None: then the slow way says what is wrong.

use super::super::json::Reader;
use super::*;

/// The entry of a canonical text. Its id is believed.
pub(super) fn read(text: &str) -> Option<Entry> {
    let mut reader = Reader::new(text, Limits::default());
    let (mut id, mut writer, mut seq, mut prev, mut at) = (None, None, None, None, None);
    let (mut author, mut reason, mut change) = (None, None, None);
    reader.begin('{').ok()?;
    while let Some(key) = reader.next_plain_key().ok()? {
        match key {
            "at" => at = Some(reader.plain_string()?.parse().ok()?),
            "author" => author = Some(string(&mut reader)?),
            "change" => change = Some(read_change(&mut reader)?),
            "id" => id = Some(entry_id(&mut reader)?),
            "prev" => {
                prev = Some(match reader.peek()? {
                    'n' => reader.value().ok().map(|_| None)?,
                    _ => Some(entry_id(&mut reader)?),
                });
            }
            "reason" => reason = Some(string(&mut reader)?),
            "seq" => seq = Some(reader.value().ok()?.as_u64()?),
            "writer" => writer = Some(reader.plain_string()?.parse().ok()?),
            _ => reader.skip().ok()?,
        }
    }
    reader.end().ok()?;
    let (seq, prev) = (seq?, prev?);
    // The first entry of a writer has none before it, all others have one.
    if seq == 0 || (seq == 1) != prev.is_none() {
        return None;
    }
    Some(Entry {
        text: text.into(),
        id: id?,
        writer: writer?,
        seq,
        prev,
        at: at?,
        author: author?,
        reason,
        change: change?,
    })
}

fn read_change(reader: &mut Reader<'_>) -> Option<Change> {
    let (mut facts, mut field, mut record, mut replaces, mut value) = (None, None, None, None, None);
    let mut kind = None;
    reader.begin('{').ok()?;
    while let Some(key) = reader.next_plain_key().ok()? {
        match key {
            "facts" => facts = Some(reader.value().ok()?),
            "field" => field = Some(string(reader)?),
            "kind" => kind = Some(reader.plain_string()?),
            "record" => record = Some(read_record(reader)?),
            "replaces" => {
                let mut ids = Vec::new();
                reader.begin('[').ok()?;
                while reader.next_element().ok()? {
                    ids.push(entry_id(reader)?);
                }
                replaces = Some(ids);
            }
            "value" => value = Some(reader.value().ok()?),
            _ => reader.skip().ok()?,
        }
    }
    match (kind?, facts) {
        ("create", Some(Value::Object(facts))) => Some(Change::Create { record: record?, facts }),
        ("set", _) => Some(Change::Set {
            record: record?,
            field: field?,
            value,
            replaces: replaces?,
        }),
        ("create", _) => None,
        _ => Some(Change::Unknown),
    }
}

fn read_record(reader: &mut Reader<'_>) -> Option<RecordRef> {
    let (mut kind, mut id) = (None, None);
    reader.begin('{').ok()?;
    while let Some(key) = reader.next_plain_key().ok()? {
        match key {
            "kind" => kind = Some(string(reader)?),
            "id" => id = Some(string(reader)?),
            _ => reader.skip().ok()?,
        }
    }
    Some(RecordRef { kind: kind?, id: id? })
}

fn string(reader: &mut Reader<'_>) -> Option<String> {
    match reader.value().ok()? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn entry_id(reader: &mut Reader<'_>) -> Option<EntryId> {
    reader.plain_string()?.parse().ok().map(EntryId)
}
