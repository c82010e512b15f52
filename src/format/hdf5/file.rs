//! An HDF5 file to move about in: its superblock, addresses and lengths, and object headers.
//!
//! Source: HDF5 File Format Specification 3.0, sections II (superblock) and IV.A (object headers).

use std::ops::Range;

use super::super::cursor::Cursor;
use super::super::problem::Problem;
use super::super::source::Source;

/// What a file begins with, at 0 or a power of two from 512 on.
pub const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// The superblock is looked for up to here.
const USER_BLOCK_MAX: u64 = 1 << 30;

/// A file, and a place in it. Addresses are counted from the superblock.
#[derive(Debug)]
pub struct File {
    /// The place.
    pub cursor: Cursor,
    /// The version of the superblock.
    pub version: u8,
    /// The object header of the root group.
    pub root: u64,
    /// Bytes of an address, and of a length.
    offset_bytes: u8,
    length_bytes: u8,
}

/// A message of an object header: its number, its flags, and where its body is.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it tells: 1 is a dataspace, 3 a datatype, 8 a layout …
    pub kind: u16,
    /// Bit 1: the body says where the message is.
    pub flags: u8,
    /// Where its body is.
    pub range: Range<u64>,
}

/// Where in a source the superblock is, if it is an HDF5 file.
pub async fn find(source: &Source) -> Result<Option<u64>, Problem> {
    let mut cursor = Cursor::new(source);
    let mut at = 0;
    while at < source.size().min(USER_BLOCK_MAX) {
        cursor.seek(at)?;
        if cursor.look(SIGNATURE.len()).await? == SIGNATURE {
            return Ok(Some(at));
        }
        at = if at == 0 { 512 } else { at * 2 };
    }
    Ok(None)
}

impl File {
    /// Reads the superblock at this place of a source.
    pub async fn open(source: &Source, at: u64) -> Result<Self, Problem> {
        let mut file = Self {
            cursor: Cursor::new(&source.part(at..source.size())?),
            version: 0,
            root: 0,
            offset_bytes: 8,
            length_bytes: 8,
        };
        file.cursor.skip(SIGNATURE.len() as u64)?;
        file.version = file.cursor.u8().await?;
        match file.version {
            0 | 1 => {
                file.cursor.skip(4)?;
                file.sizes().await?;
                // Sizes of nodes and flags; then base, free space, end of file, driver, and the name of the root.
                let more = if file.version == 1 { 4 } else { 0 };
                file.cursor.skip(1 + 4 + 4 + more + 5 * u64::from(file.offset_bytes))?;
            }
            2 | 3 => {
                file.sizes().await?;
                // Flags; then base, extension and end of file.
                file.cursor.skip(1 + 3 * u64::from(file.offset_bytes))?;
            }
            version => {
                return Err(file.cursor.wrong(format!("an HDF5 superblock of version {version}")));
            }
        }
        file.root = file.must_address().await?;
        Ok(file)
    }

    async fn sizes(&mut self) -> Result<(), Problem> {
        let [offset, length] = self.cursor.array().await?;
        if ![2, 4, 8].contains(&offset) || ![2, 4, 8].contains(&length) {
            return Err(self.cursor.wrong("HDF5 addresses that are not of 2, 4 or 8 bytes"));
        }
        (self.offset_bytes, self.length_bytes) = (offset, length);
        Ok(())
    }

    /// The bytes of an address.
    pub fn offset_bytes(&self) -> u64 {
        self.offset_bytes.into()
    }

    /// An address; None: nowhere.
    pub async fn address(&mut self) -> Result<Option<u64>, Problem> {
        let address = self.cursor.uint(self.offset_bytes).await?;
        let nowhere = u64::MAX >> (64 - 8 * u32::from(self.offset_bytes));
        Ok(Some(address).filter(|address| *address != nowhere))
    }

    /// An address that must lead somewhere.
    pub async fn must_address(&mut self) -> Result<u64, Problem> {
        let address = self.address().await?;
        address.ok_or_else(|| self.cursor.wrong("an HDF5 address that leads nowhere"))
    }

    /// A length.
    pub async fn length(&mut self) -> Result<u64, Problem> {
        self.cursor.uint(self.length_bytes).await
    }

    /// Goes to an address where this signature stands, and past it.
    pub async fn seek_signature(&mut self, address: u64, signature: [u8; 4]) -> Result<(), Problem> {
        self.cursor.seek(address)?;
        if self.cursor.array().await? != signature {
            let name = String::from_utf8_lossy(&signature);
            return Err(self.cursor.wrong(format!("no {name} where an HDF5 address leads")));
        }
        Ok(())
    }

    /// The messages of the object at an address.
    pub async fn messages(&mut self, address: u64) -> Result<Vec<Message>, Problem> {
        self.cursor.seek(address)?;
        let mut messages = Vec::new();
        if self.cursor.look(4).await? == b"OHDR" {
            self.messages_of_2(&mut messages).await?;
        } else {
            self.messages_of_1(&mut messages).await?;
        }
        Ok(messages)
    }

    /// Version 1: a count, and messages of multiples of eight bytes.
    async fn messages_of_1(&mut self, messages: &mut Vec<Message>) -> Result<(), Problem> {
        let version = self.cursor.u8().await?;
        if version != 1 {
            return Err(self.cursor.wrong(format!("an HDF5 object header of version {version}")));
        }
        self.cursor.skip(1)?;
        let count = self.cursor.u16().await?;
        self.cursor.skip(4)?;
        let size = self.cursor.u32().await?;
        self.cursor.skip(4)?;
        let start = self.cursor.at();
        let mut blocks = vec![(start, u64::from(size))];
        while let Some((at, size)) = blocks.pop() {
            self.cursor.seek(at)?;
            let outer = self.cursor.enter(size)?;
            while self.cursor.left() >= 8 && messages.len() < usize::from(count) {
                self.cursor.step()?;
                let kind = self.cursor.u16().await?;
                let size = u64::from(self.cursor.u16().await?);
                let flags = self.cursor.u8().await?;
                self.cursor.skip(3)?;
                let range = self.cursor.skip(size)?;
                self.add(messages, Message { kind, flags, range }, &mut blocks).await?;
            }
            self.cursor.leave(outer);
        }
        Ok(())
    }

    /// Version 2: packed, with signatures and checksums.
    async fn messages_of_2(&mut self, messages: &mut Vec<Message>) -> Result<(), Problem> {
        self.cursor.skip(5)?;
        let flags = self.cursor.u8().await?;
        let times = if flags & 0x20 != 0 { 16 } else { 0 };
        let counts = if flags & 0x10 != 0 { 4 } else { 0 };
        self.cursor.skip(times + counts)?;
        let size = self.cursor.uint(1 << (flags & 3)).await?;
        let order = if flags & 4 != 0 { 2 } else { 0 };
        let mut blocks = vec![(self.cursor.at(), size)];
        let mut is_first = true;
        while let Some((mut at, mut size)) = blocks.pop() {
            if !is_first {
                // Its length counts the signature and the checksum too.
                self.seek_signature(at, *b"OCHK").await?;
                at = self.cursor.at();
                size = size.saturating_sub(8);
            }
            is_first = false;
            self.cursor.seek(at)?;
            let outer = self.cursor.enter(size)?;
            while self.cursor.left() >= 4 + order {
                self.cursor.step()?;
                let kind = u16::from(self.cursor.u8().await?);
                let size = u64::from(self.cursor.u16().await?);
                let flags = self.cursor.u8().await?;
                self.cursor.skip(order)?;
                let range = self.cursor.skip(size)?;
                self.add(messages, Message { kind, flags, range }, &mut blocks).await?;
            }
            self.cursor.leave(outer);
        }
        Ok(())
    }

    /// Keeps a message, or the place where more of them are.
    async fn add(
        &mut self,
        messages: &mut Vec<Message>,
        message: Message,
        blocks: &mut Vec<(u64, u64)>,
    ) -> Result<(), Problem> {
        const CONTINUATION: u16 = 0x10;
        if message.kind == CONTINUATION {
            let after = self.cursor.at();
            self.cursor.seek(message.range.start)?;
            let block = (self.must_address().await?, self.length().await?);
            blocks.push(block);
            self.cursor.seek(after)?;
        }
        messages.push(message);
        Ok(())
    }

    /// Goes to the body of a message, wherever it is; gives what [`Cursor::leave`] wants.
    pub async fn enter(&mut self, message: &Message) -> Result<u64, Problem> {
        let mut range = message.range.clone();
        if message.flags & 2 != 0 {
            range = self.shared(message).await?;
        }
        self.cursor.seek(range.start)?;
        self.cursor.enter(range.end - range.start)
    }

    /// Where the body of a shared message is: in the header of another object.
    async fn shared(&mut self, message: &Message) -> Result<Range<u64>, Problem> {
        self.cursor.seek(message.range.start)?;
        let [version, kind] = self.cursor.array().await?;
        let reserved = match (version, kind) {
            (1, _) => 6,
            (2, _) | (3, 2) => 0,
            _ => {
                return Err(Problem::not_read(
                    self.cursor.in_file(),
                    "a message in HDF5's shared heap",
                ));
            }
        };
        self.cursor.skip(reserved)?;
        let address = self.must_address().await?;
        let messages = Box::pin(self.messages(address)).await?;
        let wanted = messages.into_iter().find(|other| other.kind == message.kind);
        match wanted.filter(|other| other.flags & 2 == 0) {
            Some(message) => Ok(message.range),
            None => Err(self
                .cursor
                .wrong("a shared HDF5 message that is not where it should be")),
        }
    }
}
