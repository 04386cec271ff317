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

    /// Why what was found in a folder is not even opened: a pipe, a link to nothing or back to a
    /// folder above, a folder that may not be read.
    pub(super) fn odd(&self) -> Option<Diagnostic> {
        self.folder.as_ref()?;
        match fs::metadata(self.path.as_ref()?) {
            Ok(meta) if meta.is_file() => None,
            Ok(meta) if meta.is_dir() => Some(match fs::read_dir(self.path.as_ref()?) {
                Ok(_) => failure("file-special", &self.name),
                Err(why) => failure("file-read", &self.name).because(&why),
            }),
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

/// Folders within folders that are gone into.
const DEEPEST: usize = 16;

/// Arguments as files, sorted by name where a pattern or a folder gives several. Of a folder come
/// the files in it and in the folders within, but no hidden ones.
///
/// # Errors
/// A diagnostic that names the pattern that fits no file, or the folder that holds none or can't be
/// read.
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
        let hidden = glob::MatchOptions {
            require_literal_leading_dot: true,
            ..glob::MatchOptions::default()
        };
        let paths = glob::glob_with(argument, hidden)
            .map_err(|why| Box::new(failure("file-pattern", argument).with("why", why)))?;
        for path in paths {
            let path = path.map_err(|why| {
                let folder = why.path().display().to_string();
                Box::new(failure("file-read", &folder).because(why.error()))
            })?;
            if path.is_dir() {
                files.extend(listed(&path.display().to_string())?);
            } else {
                files.push(InputFile::found(path, None));
            }
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
    let within = Within { folder, above: vec![fs::canonicalize(folder).map_err(failed)?] };
    within.list(Path::new(folder), &mut files).map_err(failed)?;
    Ok(files)
}

/// A folder that is typed, and where in it the listing is.
struct Within<'f> {
    folder: &'f str,
    /// The folders that lead here, as they truly are: a link may lead back to one of them.
    above: Vec<PathBuf>,
}

impl Within<'_> {
    fn list(&self, here: &Path, files: &mut Vec<InputFile>) -> io::Result<()> {
        let entries = fs::read_dir(here)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "__MACOSX" {
                continue;
            }
            let before = files.len();
            // What can't be listed is named where the files are opened.
            if !(path.is_dir() && self.enter(&path, files).is_ok()) {
                files.truncate(before);
                files.push(InputFile::found(path, Some(self.folder)));
            }
        }
        Ok(())
    }

    fn enter(&self, path: &Path, files: &mut Vec<InputFile>) -> io::Result<()> {
        let truly = fs::canonicalize(path)?;
        if self.above.contains(&truly) || self.above.len() > DEEPEST {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut above = self.above.clone();
        above.push(truly);
        Within { folder: self.folder, above }.list(path, files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn patterns_and_folders_expand_in_order() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in ["b.csv", "a.csv", "c.txt", ".hidden"] {
            fs::write(folder.path().join(name), "x").expect("write");
        }
        fs::create_dir_all(folder.path().join("d/e")).expect("folder");
        let root = folder.path().display();
        let names = |argument: String| {
            let files = expand(&[argument]).expect("matches");
            let names = files.iter().map(|file| file.name.rsplit('/').next().unwrap_or_default());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names(format!("{root}/*.csv")), ["a.csv", "b.csv"]);
        assert_eq!(names(root.to_string()), ["a.csv", "b.csv", "c.txt"]);
        let nothing = expand(&[format!("{root}/*.zip")]);
        assert_eq!(nothing.err().map(|why| why.code), Some("file-no-match"));
        let empty = expand(&[format!("{root}/d")]);
        assert_eq!(empty.err().map(|why| why.code), Some("file-folder"));
        fs::write(folder.path().join("d/e/f.csv"), "x").expect("write");
        assert_eq!(names(root.to_string()), ["a.csv", "b.csv", "c.txt", "f.csv"]);
        assert_eq!(names(format!("{root}/*")), ["a.csv", "b.csv", "c.txt", "f.csv"]);
        // A link back to a folder above is named, and not followed for ever.
        std::os::unix::fs::symlink(folder.path(), folder.path().join("d/e/up")).expect("link");
        assert_eq!(names(root.to_string()), ["a.csv", "b.csv", "c.txt", "f.csv", "up"]);
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
