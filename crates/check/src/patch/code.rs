//! What can be wrong with patches.

mkmanifests_yaml::codes! {
    /// Why a patch cannot be read or applied.
    pub enum PatchCode {
        /// The file has no patch.
        Empty = "patch/empty",
        /// The target says nothing of the objects that it means.
        EmptyTarget = "patch/empty-target",
        /// A name is neither a name nor a regular expression.
        InvalidPattern = "patch/invalid-pattern",
        /// A label or annotation selector does not follow the grammar.
        InvalidSelector = "patch/invalid-selector",
        /// The target matches no object.
        NoMatch = "patch/no-match",
        /// RFC 6902 has no such operation.
        UnknownOperation = "patch/unknown-operation",
        /// A path is not a JSON pointer.
        InvalidPath = "patch/invalid-path",
        /// A path leads to nothing in the object.
        PathNotFound = "patch/path-not-found",
        /// A `test` operation found another value.
        TestFailed = "patch/test-failed",
        /// A value would be moved into itself.
        MoveIntoItself = "patch/move-into-itself",
        /// The object would become larger or deeper than the limit.
        LimitExceeded = "patch/limit-exceeded",
        /// The patch leaves something that is not an object.
        NotAnObject = "patch/not-an-object",
        /// Patches give two objects the same identity.
        DuplicateObject = "patch/duplicate-object",
    }
}
