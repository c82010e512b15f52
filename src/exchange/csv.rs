//! Tables of text that spreadsheets read: RFC 4180.

/// A table that grows line by line.
#[derive(Debug)]
pub struct Table(String);

impl Table {
    /// A table with these columns.
    pub fn new(columns: &[&str]) -> Self {
        let mut table = Self(String::new());
        table.line(columns);
        table
    }

    /// Adds a line.
    pub fn line(&mut self, fields: &[&str]) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.field(field);
        }
        self.0.push_str("\r\n");
    }

    /// The whole table.
    pub fn into_text(self) -> String {
        self.0
    }

    fn field(&mut self, field: &str) {
        // A spreadsheet takes a field that begins so for a formula, and computes it. These texts come from
        // anybody: they get an apostrophe before them, which spreadsheets take for "this is text".
        let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let is_quoted = field.contains(['"', ',', '\n', '\r']);
        if !is_quoted {
            self.0.push_str(if is_formula { "'" } else { "" });
            self.0.push_str(field);
            return;
        }
        self.0.push('"');
        self.0.push_str(if is_formula { "'" } else { "" });
        self.0.push_str(&field.replace('"', "\"\""));
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_and_what_is_no_formula() {
        for (field, written) in [
            ("", ""),
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("-5", "'-5"),
            ("a=b", "a=b"),
        ] {
            let mut table = Table::new(&["name"]);
            table.line(&[field]);
            assert_eq!(table.into_text(), format!("name\r\n{written}\r\n"));
        }
    }
}
