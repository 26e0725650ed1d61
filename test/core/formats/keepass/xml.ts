/** A text of an entry. */
export function text(name: string, value: string, attributes = ''): string {
  return `<String><Key>${name}</Key><Value${attributes}>${value}</Value></String>`;
}

/** An entry of 2020, last changed in 2021. */
export function entry(inner: string, uuid = 'AAAAAAAAAAAAAAAAAAAAAQ=='): string {
  return `<Entry><UUID>${uuid}</UUID><Times><CreationTime>2020-01-01T00:00:00Z</CreationTime><LastModificationTime>2021-01-01T00:00:00Z</LastModificationTime></Times>${inner}</Entry>`;
}

/** A database whose root group holds these groups and entries. */
export function database(groups: string, meta = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?><KeePassFile><Meta><Generator>x</Generator>${meta}</Meta><Root><Group><UUID>AAAAAAAAAAAAAAAAAAAA/w==</UUID><Name>Root</Name>${groups}</Group></Root></KeePassFile>`;
}
