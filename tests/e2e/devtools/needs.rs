//! What of the tests' wishes only Chromium fulfils.

/// What a test cannot do without.
#[derive(Clone, Copy)]
pub enum Needs {
    /// Reading a file fails once its bytes changed.
    Changes,
    /// Flags of the browser's command line.
    Flags,
    /// A page's way into folders of the disk.
    Folders,
    /// How many bytes a page has stored.
    Usage,
    /// Evaluating in workers.
    Workers,
    /// The browser's word on the page as an app.
    App,
}

impl Needs {
    /// Whether the browser lacks it. Then that is said beside the test's name, and the test is to be left.
    pub fn is_missing(self) -> bool {
        self.is_missing_for("this test")
    }

    /// The same for a part of a test: what that part asks is told.
    pub fn is_missing_for(self, part: &str) -> bool {
        let is_missing = is_firefox();
        if is_missing {
            println!("not run in Firefox: {part}: {}", self.reason());
        }
        is_missing
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Changes => "Firefox tells a page nothing of a file that changes while it is read",
            Self::Flags => "it starts the browser with flags that only Chromium has",
            Self::Folders => "Firefox lets no page into a folder (the File System Access API)",
            Self::App => "Firefox installs no pages as apps",
            Self::Usage => "Firefox tells how large its database is, not how much is in it",
            Self::Workers => "Firefox tells which workers run, and lets nobody evaluate in them",
        }
    }
}

/// Whether the tests use Firefox.
pub fn is_firefox() -> bool {
    std::env::var_os("MODELBOOK_BROWSER").is_some_and(|name| name == "firefox")
}
