import type { DangerousKind } from '../needs.ts';
import type { TextClass } from './classify-text.ts';

/** One type of file: by which names, declared types and contents it is known. */
export interface FileType {
  /** As it is served. */
  readonly contentType: string;
  readonly extensions: readonly string[];
  /** What clients call it, `contentType` included. */
  readonly declared: readonly string[];
  /** What its content is found to be: a type of `file-type`, or `text:` and a `TextClass`. */
  readonly content: readonly string[];
}

const ZIP = 'application/zip';
const COMPOUND = 'application/x-cfb';
const OFFICE = 'application/vnd.openxmlformats-officedocument.';
const ODF = 'application/vnd.oasis.opendocument.';
const PLAIN = ['text:text', 'text:xml'];

/** `names`: extensions, then the types; the first type is the one that is served. */
function type(names: string, types: string, content: readonly string[] = types.split(' ')): FileType {
  const [contentType = '', ...others] = types.split(' ');
  return { contentType, extensions: names.split(' '), declared: [contentType, ...others], content };
}

const TYPES: readonly FileType[] = [
  type('jpg jpeg jpe jfif', 'image/jpeg image/jpg image/pjpeg'),
  type('png', 'image/png image/x-png image/apng'),
  type('gif', 'image/gif'),
  type('webp', 'image/webp'),
  type('avif', 'image/avif'),
  type('heic heif', 'image/heic image/heif image/heic-sequence image/heif-sequence'),
  type('bmp', 'image/bmp image/x-ms-bmp'),
  type('tif tiff', 'image/tiff'),
  type('ico', 'image/vnd.microsoft.icon image/x-icon'),
  type('svg', 'image/svg+xml', ['text:svg']),
  type('mp3', 'audio/mpeg audio/mp3'),
  type('m4a', 'audio/mp4 audio/x-m4a audio/m4a', ['audio/mp4', 'audio/x-m4a', 'video/mp4']),
  type('aac', 'audio/aac audio/x-aac'),
  type('wav', 'audio/wav audio/x-wav audio/wave audio/vnd.wave'),
  type('ogg oga opus', 'audio/ogg application/ogg audio/opus video/ogg'),
  type('flac', 'audio/flac audio/x-flac'),
  type('mid midi', 'audio/midi audio/mid audio/x-midi'),
  type('mp4 m4v', 'video/mp4 video/x-m4v'),
  type('webm', 'video/webm audio/webm', ['video/webm', 'video/matroska']),
  type('mov', 'video/quicktime'),
  type('mkv', 'video/matroska video/x-matroska', ['video/matroska', 'video/webm']),
  type('avi', 'video/vnd.avi video/x-msvideo video/avi'),
  type('mpg mpeg', 'video/mpeg video/MP1S video/MP2P'),
  type('ogv', 'video/ogg application/ogg'),
  type('3gp', 'video/3gpp audio/3gpp video/3gpp2'),
  type('pdf', 'application/pdf application/x-pdf'),
  type('rtf', 'application/rtf text/rtf'),
  type('zip', 'application/zip application/x-zip-compressed application/x-zip', [ZIP]),
  type('docx', `${OFFICE}wordprocessingml.document`, [`${OFFICE}wordprocessingml.document`, ZIP]),
  type('xlsx', `${OFFICE}spreadsheetml.sheet`, [`${OFFICE}spreadsheetml.sheet`, ZIP]),
  type('pptx', `${OFFICE}presentationml.presentation`, [`${OFFICE}presentationml.presentation`, ZIP]),
  type('odt', `${ODF}text`, [`${ODF}text`, ZIP]),
  type('ods', `${ODF}spreadsheet`, [`${ODF}spreadsheet`, ZIP]),
  type('odp', `${ODF}presentation`, [`${ODF}presentation`, ZIP]),
  type('epub', 'application/epub+zip', ['application/epub+zip', ZIP]),
  type('doc', 'application/msword', [COMPOUND]),
  type('xls', 'application/vnd.ms-excel', [COMPOUND]),
  type('ppt', 'application/vnd.ms-powerpoint', [COMPOUND]),
  type('msg', 'application/vnd.ms-outlook', [COMPOUND, 'application/vnd.ms-outlook']),
  type('gz tgz', 'application/gzip application/x-gzip application/x-compressed-tar'),
  type('tar', 'application/x-tar'),
  type('7z', 'application/x-7z-compressed'),
  type('rar', 'application/vnd.rar application/x-rar-compressed application/x-rar'),
  type('bz2', 'application/x-bzip2 application/x-bzip'),
  type('xz', 'application/x-xz'),
  type('zst', 'application/zstd application/x-zstd'),
  type('woff', 'font/woff application/font-woff'),
  type('woff2', 'font/woff2'),
  type('ttf', 'font/ttf application/x-font-ttf'),
  type('otf', 'font/otf application/x-font-otf'),
  type('txt text log', 'text/plain', PLAIN),
  type('md markdown', 'text/markdown text/plain text/x-markdown', PLAIN),
  // Excel declares its own type for tables of text.
  type('csv', 'text/csv text/plain application/csv application/vnd.ms-excel', PLAIN),
  type('tsv', 'text/tab-separated-values text/plain', PLAIN),
  type('json', 'application/json text/json text/plain', PLAIN),
  type('xml', 'application/xml text/xml text/plain', [...PLAIN, 'application/xml']),
  type('yaml yml', 'application/yaml text/yaml text/x-yaml application/x-yaml text/plain', PLAIN),
  type('vtt', 'text/vtt text/plain', ['text/vtt', ...PLAIN]),
  type('srt', 'application/x-subrip text/plain text/srt', PLAIN),
  type('ics', 'text/calendar text/plain', ['text/calendar', ...PLAIN]),
  type('vcf', 'text/vcard text/x-vcard text/plain text/directory', ['text/vcard', ...PLAIN]),
];

const byExtension = new Map(TYPES.flatMap((one) => one.extensions.map((extension) => [extension, one])));
const byContent = new Map<string, FileType>();
for (const one of TYPES) for (const content of one.content) if (!byContent.has(content)) byContent.set(content, one);
const declaredTypes = new Set(TYPES.flatMap(({ declared }) => declared));

/**
 * Beside what is obvious, what Outlook and Gmail block as attachments, but for data that people share: certificates and
 * databases.
 */
const DANGEROUS: Readonly<Record<DangerousKind, { readonly extensions: string; readonly content: string }>> = {
  executable: {
    extensions:
      'exe dll com scr pif cpl sys drv ocx msi msp mst jar class apk aab deb rpm dmg pkg app appimage elf so dylib ko run lnk url scf inf reg xpi crx wasm chm iso img vhd docm dotm xlsm xltm xlam pptm potm ppam ppsm appx appxbundle msix msixbundle appinstaller ppkg jnlp war ear xll xla xlw iqy oqy rqy dqy slk one onepkg onetoc2 settingcontent-ms library-ms search-ms searchconnector-ms appcontent-ms desktop webloc inetloc fileloc website msc msu mui gadget application appref-ms vsto vsix diagcab diagcfg diagpkg vhdx vmdk rdp cab ins isp lib hlp hpj osd xbap xnk webpnp printerexport shb shs vxd bgi grp asx theme themepack deskthemepack ade adp mda mde accde mam maf maq mau mav maw mdt mdw mdz xlb flatpak flatpakref snap ipa ex ex_',
    content:
      'application/x-msdownload application/x-elf application/x-mach-binary application/java-vm application/java-archive application/vnd.android.package-archive application/x-deb application/x-rpm application/x-apple-diskimage application/x-ms-shortcut application/x-ft-apple.alias application/wasm application/x-shockwave-flash application/x-google-chrome-extension application/x-xpinstall application/vnd.ms-htmlhelp application/x-ms-regedit application/x-ft-windows-registry-hive application/x-iso9660-image application/x-asar application/x-unix-archive application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-word.template.macroenabled.12 application/vnd.ms-excel.sheet.macroenabled.12 application/vnd.ms-excel.template.macroenabled.12 application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-powerpoint.template.macroenabled.12 application/vnd.ms-powerpoint.slideshow.macroenabled.12',
  },
  script: {
    extensions:
      'js mjs cjs jse vbs vbe wsf wsh wsc ps1 ps1xml psm1 psd1 bat cmd sh bash zsh ksh csh fish php phtml phar php3 php4 php5 py pyw pl pm rb lua jsp asp aspx cgi scpt applescript hta sct vbscript vb vbp vsw vsmacros bas ws ps2 ps2xml psc1 psc2 psdm1 pssc cdxml msh msh1 msh2 mshxml msh1xml msh2xml nsh fxp plg prg prf pyc pyo pyz pyzw ashx asmx axd cshtml jspx jspf cfm cfc php7 php8 phps pht command terminal workflow action scptd au3 ahk',
    content: 'text:script',
  },
  html: { extensions: 'html htm xhtml xht shtml shtm mhtml mht htc xsl xslt swf', content: 'text:html' },
};

export function typeByExtension(extension: string): FileType | undefined {
  return byExtension.get(extension);
}

/** The type that has this content, where several have it the simplest one. */
export function typeByContent(content: string): FileType | undefined {
  return byContent.get(content);
}

export function isKnownDeclaration(declared: string): boolean {
  return declaredTypes.has(declared);
}

/** Which kind of danger an extension or a content is; null for most. */
export function dangerOf(extension: string, content: string | null): DangerousKind | null {
  for (const kind of Object.keys(DANGEROUS) as DangerousKind[]) {
    const { extensions, content: contents } = DANGEROUS[kind];
    if (extensions.split(' ').includes(extension)) return kind;
    if (content !== null && contents.split(' ').includes(content)) return kind;
  }
  return null;
}

export function toContent(text: TextClass): string {
  return `text:${text}`;
}
