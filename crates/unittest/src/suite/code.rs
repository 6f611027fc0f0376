//! Codes of diagnostics about suites.

mkmanifests_yaml::codes! {
    /// Codes of diagnostics about suites of unit tests.
    pub enum SuiteCode {
        /// The text is not YAML, or repeats a key.
        Yaml = "suite/yaml",
        /// A value has another type.
        WrongType = "suite/wrong-type",
        /// A suite without tests, a test without assertions, or an empty item.
        Empty = "suite/empty",
        /// An assertion of an unknown kind, or of several kinds.
        Assertion = "suite/assertion",
        /// A matrix that cannot be combined.
        Matrix = "suite/matrix",
        /// A snapshot that is not in its file, and may not be written.
        MissingSnapshot = "suite/missing-snapshot",
        /// A snapshot that no test uses.
        UnusedSnapshot = "suite/unused-snapshot",
        /// No suites can be written for a chart.
        Init = "suite/init",
        /// A selector without a path.
        Selector = "suite/selector",
        /// helm-unittest ignores the setting, since it has another type than expected.
        Ignored = "suite/ignored",
        /// An assertion that always holds.
        NeverFails = "suite/never-fails",
        /// An assertion that does not hold.
        Failed = "suite/failed",
        /// The tests cover less than they have to, or the coverage cannot be written.
        Coverage = "suite/coverage",
    }
}
