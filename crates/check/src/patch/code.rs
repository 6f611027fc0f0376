//! Codes of the errors of patches.

mkmanifests_yaml::codes! {
    /// The reason why a patch cannot be read or applied.
    pub enum PatchCode {
        /// The file contains no patch.
        Empty = "patch/empty",
        /// The target has no criterion.
        EmptyTarget = "patch/empty-target",
        /// A name is not a valid regular expression.
        InvalidPattern = "patch/invalid-pattern",
        /// A label or annotation selector does not follow the grammar.
        InvalidSelector = "patch/invalid-selector",
        /// The target matches no object.
        NoMatch = "patch/no-match",
        /// RFC 6902 has no such operation.
        UnknownOperation = "patch/unknown-operation",
        /// A path is not a JSON pointer.
        InvalidPath = "patch/invalid-path",
        /// A path does not exist in the object.
        PathNotFound = "patch/path-not-found",
        /// A `test` operation found another value.
        TestFailed = "patch/test-failed",
        /// A value would be moved into itself.
        MoveIntoItself = "patch/move-into-itself",
        /// The object would become larger or deeper than the limit.
        LimitExceeded = "patch/limit-exceeded",
        /// The patched object is not a mapping.
        NotAnObject = "patch/not-an-object",
        /// A patch renames an object to one that already exists.
        DuplicateObject = "patch/duplicate-object",
    }
}
