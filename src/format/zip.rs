//! The directory of a zip file, and its members.
//!
//! Source: PKWARE APPNOTE.TXT 6.3. The central directory is what counts; where a local header says otherwise, a person
//! is told.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use super::cursor::Cursor;
use super::inflate::Inflate;
use super::problem::Problem;
use super::source::Source;

/// The end record with the longest comment.
const END_BYTES_MAX: u64 = 65_557;

/// How many members are read.
const MEMBERS_MAX: usize = 2_000_000;

/// How often all bytes of a zip may be opened: its files may be said to lie over one another.
const OPENED_TIMES: u64 = 4;

/// How many bytes may be unpacked out of it.
const UNPACKED_BYTES_MAX: u64 = 256 * 1024 * 1024;

const LOCAL_HEADER_BYTES: u64 = 30;

/// What a zip file holds.
#[derive(Debug, Default)]
pub struct Directory {
    /// Its members, in the order of the directory.
    pub members: Vec<Member>,
    /// What is odd in it.
    pub oddities: Vec<&'static str>,
}

/// A file in a zip file.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its path, as it stands there.
    pub name: String,
    /// 0: stored as it is; 8: deflated.
    pub method: u16,
    /// Its length, as the directory says.
    pub size: u64,
    is_encrypted: bool,
    packed: u64,
    header_at: u64,
    budget: Rc<Budget>,
}

/// What may still be opened of a zip, and unpacked out of it.
#[derive(Debug)]
struct Budget {
    opened: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Budget {
    fn of(size: u64) -> Self {
        Self {
            opened: Cell::new(size.saturating_mul(OPENED_TIMES)),
            unpacked: Cell::new(UNPACKED_BYTES_MAX),
        }
    }
}

impl Directory {
    /// Reads the directory of a zip file.
    pub async fn read(source: &Source) -> Result<Self, Problem> {
        let mut cursor = Cursor::new(source);
        let End { count, size, at } = find(&mut cursor).await?;
        cursor.seek(at)?;
        let outer = cursor.enter(size)?;
        let mut directory = Self::default();
        let mut names = BTreeSet::new();
        let budget = Rc::new(Budget::of(source.size()));
        // What is counted need not be so: there are loaders that go by the bytes.
        while !cursor.is_at_end() {
            if directory.members.len() == MEMBERS_MAX {
                return Err(Problem::too_many(
                    cursor.in_file(),
                    "files in a zip",
                    MEMBERS_MAX as u64,
                ));
            }
            let member = read_member(&mut cursor, &budget).await?;
            let is_path = |name: &str| {
                !name.starts_with('/') && !name.contains('\\') && !name.split('/').any(|part| part == "..")
            };
            if !is_path(&member.name) {
                directory.odd("A path in the zip leads out of its folder.");
            }
            if !names.insert(member.name.clone()) {
                directory.odd("A path stands twice in the zip.");
            }
            directory.members.push(member);
        }
        cursor.leave(outer);
        if directory.members.len() as u64 != count {
            directory.odd("The zip does not hold as many files as it says.");
        }
        if directory.has_overlaps() {
            directory.odd("Files in the zip lie over one another.");
        }
        Ok(directory)
    }

    fn has_overlaps(&self) -> bool {
        let mut ranges: Vec<_> = self
            .members
            .iter()
            .map(|member| (member.header_at, member.packed))
            .collect();
        ranges.sort_unstable();
        ranges
            .array_windows()
            .any(|[(start, bytes), (next, _)]| start.saturating_add(LOCAL_HEADER_BYTES).saturating_add(*bytes) > *next)
    }

    /// The member of this path.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    fn odd(&mut self, what: &'static str) {
        if !self.oddities.contains(&what) {
            self.oddities.push(what);
        }
    }
}

/// What the end of a zip says of its directory.
struct End {
    count: u64,
    size: u64,
    at: u64,
}

impl End {
    /// A directory ends where its end record begins: some loaders go by the one, some by the other.
    fn right_before(self, record: u64) -> Result<Self, Problem> {
        match self.at.checked_add(self.size) == Some(record) {
            true => Ok(self),
            false => Err(Problem::wrong(
                record,
                "a zip directory that does not end where its end record begins",
            )),
        }
    }
}

async fn find(cursor: &mut Cursor) -> Result<End, Problem> {
    let size = cursor.source().size();
    let start = size.saturating_sub(END_BYTES_MAX);
    cursor.seek(start)?;
    let tail = cursor.bytes(size - start, END_BYTES_MAX as usize).await?;
    let is_end = |window: &[u8]| window == b"PK\x05\x06";
    let Some(place) = tail
        .windows(4)
        .rposition(is_end)
        .filter(|place| place + 22 <= tail.len())
    else {
        return Err(Problem::wrong(source_end(cursor), "no end of a zip directory"));
    };
    let end = start + place as u64;
    cursor.seek(end + 10)?;
    let count = u64::from(cursor.u16().await?);
    let bytes = u64::from(cursor.u32().await?);
    let at = u64::from(cursor.u32().await?);
    let Some(locator) = end.checked_sub(20) else {
        return End { count, size: bytes, at }.right_before(end);
    };
    cursor.seek(locator)?;
    if cursor.array().await? == *b"PK\x06\x07" {
        cursor.skip(4)?;
        let record = cursor.u64().await?;
        cursor.seek(record)?;
        if cursor.array().await? != *b"PK\x06\x06" {
            return Err(cursor.wrong("no zip64 end record where its locator says"));
        }
        cursor.skip(28)?;
        let end64 = End {
            count: cursor.u64().await?,
            size: cursor.u64().await?,
            at: cursor.u64().await?,
        };
        // What fits is said twice.
        if (at != 0xffff_ffff && at != end64.at) || (bytes != 0xffff_ffff && bytes != end64.size) {
            return Err(cursor.wrong("two ends of a zip that do not say the same"));
        }
        return end64.right_before(record);
    }
    End { count, size: bytes, at }.right_before(end)
}

fn source_end(cursor: &Cursor) -> u64 {
    cursor.source().in_file(cursor.source().size())
}

async fn read_member(cursor: &mut Cursor, budget: &Rc<Budget>) -> Result<Member, Problem> {
    if cursor.array().await? != *b"PK\x01\x02" {
        return Err(cursor.wrong("no entry of the zip directory"));
    }
    cursor.skip(4)?;
    let flags = cursor.u16().await?;
    let method = cursor.u16().await?;
    cursor.skip(8)?;
    let mut packed = u64::from(cursor.u32().await?);
    let mut size = u64::from(cursor.u32().await?);
    let name_bytes = cursor.u16().await?;
    let extra_bytes = cursor.u16().await?;
    let comment_bytes = cursor.u16().await?;
    cursor.skip(8)?;
    let mut header_at = u64::from(cursor.u32().await?);
    let name = cursor.text(name_bytes.into()).await?;
    let outer = cursor.enter(extra_bytes.into())?;
    while cursor.left() >= 4 {
        let id = cursor.u16().await?;
        let bytes = u64::from(cursor.u16().await?).min(cursor.left());
        let field = cursor.enter(bytes)?;
        if id == 1 {
            // Only those that did not fit are here, in this order.
            for value in [&mut size, &mut packed, &mut header_at] {
                if *value == 0xffff_ffff {
                    *value = cursor.u64().await?;
                }
            }
        }
        cursor.leave(field);
    }
    cursor.leave(outer);
    cursor.skip(comment_bytes.into())?;
    Ok(Member {
        name,
        method,
        size,
        is_encrypted: flags & 1 != 0,
        packed,
        header_at,
        budget: Rc::clone(budget),
    })
}

impl Member {
    /// Where its bytes are in the zip file, packed or not.
    pub async fn range(&self, source: &Source) -> Result<Range<u64>, Problem> {
        let mut cursor = Cursor::new(source);
        cursor.seek(self.header_at)?;
        if cursor.array().await? != *b"PK\x03\x04" {
            return Err(cursor.wrong(format!("no local header of {} where the zip directory says", self.name)));
        }
        cursor.skip(22)?;
        let name_bytes = cursor.u16().await?;
        let extra_bytes = cursor.u16().await?;
        let name = cursor.text(name_bytes.into()).await?;
        if name != self.name {
            return Err(cursor.wrong(format!("{} is called {name} in its local header", self.name)));
        }
        cursor.skip(extra_bytes.into())?;
        cursor.skip(self.packed)
    }

    /// Its bytes, if they are stored as they are; else unpacked, up to `limit`, beyond which it fails.
    pub async fn open(&self, source: &Source, limit: usize) -> Result<Source, Problem> {
        if self.method == 0 && !self.is_encrypted {
            self.charge()?;
            return source.part(self.range(source).await?);
        }
        let left = &self.budget.unpacked;
        let limit = usize::try_from(left.get()).unwrap_or(limit).min(limit);
        let (bytes, is_all) = self.unpack(source).await?.first(limit).await?;
        left.set(left.get().saturating_sub(bytes.len() as u64));
        match is_all {
            true => Ok(source.unpacked(bytes)),
            false => Err(self.too_much(source, bytes.len())),
        }
    }

    /// Its first bytes, unpacked, so many or fewer.
    pub async fn head(&self, source: &Source, count: usize) -> Result<Vec<u8>, Problem> {
        if self.method == 0 && !self.is_encrypted {
            let part = source.part(self.range(source).await?)?;
            return Ok(Cursor::new(&part).look(count).await?.to_vec());
        }
        match self.unpack(source).await?.first(count).await? {
            (bytes, false) if bytes.len() < count => Err(self.too_much(source, bytes.len())),
            (bytes, _) => Ok(bytes),
        }
    }

    fn too_much(&self, source: &Source, unpacked: usize) -> Problem {
        Problem::too_many(source.in_file(self.header_at), "bytes unpacked", unpacked as u64)
    }

    fn charge(&self) -> Result<(), Problem> {
        let left = self.budget.opened.get().checked_sub(self.packed);
        let left = left.ok_or_else(|| Problem::wrong(self.header_at, "files in a zip that are longer than it"))?;
        self.budget.opened.set(left);
        Ok(())
    }

    /// Unpacks it piece by piece, if it is deflated.
    pub async fn unpack(&self, source: &Source) -> Result<Inflate, Problem> {
        self.charge()?;
        let range = self.range(source).await?;
        let not_read = |what: String| Err(Problem::not_read(source.in_file(range.start), what));
        match self.method {
            _ if self.is_encrypted => not_read(format!("{}: encrypted", self.name)),
            8 => Ok(Inflate::raw(Cursor::new(&source.part(range)?))),
            method => not_read(format!("{}: packed by method {method}", self.name)),
        }
    }
}
