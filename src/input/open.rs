//! From arguments to inputs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::digest::{Hashed, Watch};
use super::store::Store;
use crate::source::Diagnostic;

/// A failure that names the path, ready to be shown.
pub(super) fn failure(code: &'static str, path: &str) -> Diagnostic {
    Diagnostic::error_without_place(code).with("path", path)
}

/// One input: a path, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As typed, or as the pattern or the folder gave it; `-` for standard input.
    pub name: String,
    path: Option<PathBuf>,
    /// The file's own name, if the name is that of a part of it.
    whole: Option<String>,
    /// The folder that it was found in, if the folder was typed.
    folder: Option<String>,
}

impl InputFile {
    /// A path, or `-`. `book.xlsx::Sheet1` is a part of a file, unless a file has that name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        if name == "-" {
            return Self { name: name.to_owned(), path: None, whole: None, folder: None };
        }
        let whole = (!Path::new(name).exists())
            .then(|| name.match_indices("::").map(|(at, _)| &name[..at]))
            .into_iter()
            .flatten()
            .find(|whole| Path::new(whole).is_file());
        Self {
            name: name.to_owned(),
            path: Some(PathBuf::from(whole.unwrap_or(name))),
            whole: whole.map(str::to_owned),
            folder: None,
        }
    }

    fn found(path: PathBuf, folder: Option<&str>) -> Self {
        let name = path.display().to_string();
        Self { name, path: Some(path), whole: None, folder: folder.map(str::to_owned) }
    }

    /// True for `-`.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.path.is_none()
    }

    /// The path, unless standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The folder that it was found in, if the folder was typed: not all that lies in a folder needs
    /// to be of use.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        self.folder.as_deref()
    }

    /// Bytes on disk, if known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        let path = self.path.as_ref()?;
        fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|meta| meta.len())
    }

    /// The name of the file, even if only a part of it is wanted.
    pub(super) fn file_name(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.name)
    }

    /// The part that is wanted, if not all.
    pub(super) fn wanted(&self) -> Option<&str> {
        self.whole.as_ref().map(|_| self.name.as_str())
    }

    /// Why what was found in a folder is not even opened: a folder, a pipe, a link to nothing.
    pub(super) fn odd(&self) -> Option<Diagnostic> {
        self.folder.as_ref()?;
        match fs::metadata(self.path.as_ref()?) {
            Ok(meta) if meta.is_file() => None,
            Ok(_) => Some(failure("file-special", &self.name)),
            Err(why) => Some(failure("file-read", &self.name).because(&why)),
        }
    }

    /// Its bytes. A pipe or a device is a stream, as standard input is.
    pub(super) fn store(&self, watch: &Watch) -> io::Result<Store> {
        let Some(path) = &self.path else {
            return Ok(Store::once(Box::new(Hashed::new(io::stdin(), watch.clone()))));
        };
        if fs::metadata(path)?.is_file() {
            return Ok(Store::File(path.clone()));
        }
        Ok(Store::once(Box::new(Hashed::new(File::open(path)?, watch.clone()))))
    }
}

/// Arguments as files, sorted by name where a pattern or a folder gives several. Of a folder come
/// the files in it, not those in folders within, nor hidden ones.
///
/// # Errors
/// A diagnostic that names the pattern that fits no file, or the folder that holds none.
pub fn expand(arguments: &[String]) -> Result<Vec<InputFile>, Box<Diagnostic>> {
    let mut files = Vec::new();
    for argument in arguments {
        let before = files.len();
        if argument != "-" && Path::new(argument).is_dir() {
            files.extend(listed(argument)?);
            if files.len() == before {
                return Err(Box::new(failure("file-folder", argument)));
            }
            continue;
        }
        // A file whose name merely looks like a pattern is that file.
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if argument == "-" || !is_pattern {
            files.push(InputFile::new(argument));
            continue;
        }
        let paths = glob::glob(argument)
            .map_err(|why| Box::new(failure("file-pattern", argument).with("why", why)))?;
        for path in paths.flatten().filter(|path| !path.is_dir()) {
            files.push(InputFile::found(path, None));
        }
        if files.len() == before {
            let file = InputFile::new(argument);
            match file.wanted() {
                Some(_) => files.push(file),
                None => return Err(Box::new(failure("file-no-match", argument))),
            }
        }
    }
    Ok(files)
}

fn listed(folder: &str) -> Result<Vec<InputFile>, Box<Diagnostic>> {
    let failed = |why: io::Error| Box::new(failure("file-read", folder).because(&why));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            files.push(InputFile::found(entry.path(), Some(folder)));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_folders_expand_in_order() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in ["b.csv", "a.csv", "c.txt", ".hidden"] {
            fs::write(folder.path().join(name), "x").expect("write");
        }
        fs::create_dir(folder.path().join("d")).expect("folder");
        let root = folder.path().display();
        let names = |argument: String| {
            let files = expand(&[argument]).expect("matches");
            let names = files.iter().map(|file| file.name.rsplit('/').next().unwrap_or_default());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names(format!("{root}/*.csv")), ["a.csv", "b.csv"]);
        assert_eq!(names(root.to_string()), ["a.csv", "b.csv", "c.txt", "d"]);
        let nothing = expand(&[format!("{root}/*.zip")]);
        assert_eq!(nothing.err().map(|why| why.code), Some("file-no-match"));
        let empty = expand(&[format!("{root}/d")]);
        assert_eq!(empty.err().map(|why| why.code), Some("file-folder"));
        let odd = expand(&[root.to_string()]).expect("lists").pop().and_then(|file| file.odd());
        assert_eq!(odd.map(|why| why.code), Some("file-special"));
    }

    #[test]
    fn a_part_is_named_behind_its_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let book = folder.path().join("a::b.xlsx").display().to_string();
        fs::write(&book, "x").expect("write");
        let part = InputFile::new(&format!("{book}::Sheet1"));
        assert_eq!((part.file_name(), part.wanted()), (&*book, Some(&*format!("{book}::Sheet1"))));
        assert_eq!(InputFile::new(&book).wanted(), None);
        assert_eq!(InputFile::new("nowhere::b").wanted(), None);
    }
}
