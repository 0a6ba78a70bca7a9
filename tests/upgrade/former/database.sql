--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: audit; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA audit;


--
-- Name: authorization; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA "authorization";


--
-- Name: bonyan; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA bonyan;


--
-- Name: files; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA files;


--
-- Name: logging; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA logging;


--
-- Name: notifications; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA notifications;


--
-- Name: observability; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA observability;


--
-- Name: platform; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA platform;


--
-- Name: profiles; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA profiles;


--
-- Name: scheduler; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA scheduler;


--
-- Name: todos; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA todos;


--
-- Name: users; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA users;


--
-- Name: webhooks; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA webhooks;


--
-- Name: is_archived(bigint); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.is_archived(sought bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select 1 from audit.archive where first_sequence <= sought and last_sequence >= sought)
$$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'audit.% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;


--
-- Name: refuse_drop(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.refuse_drop() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  place bigint;
begin
  if tg_table_name = 'seal' then
    place := old.sequence;
  else
    select s.sequence into place from audit.seal s where s.entry_id = old.id;
  end if;
  if place is null or not audit.is_archived(place) then
    raise exception 'audit.% is append-only', tg_table_name using errcode = 'restrict_violation';
  end if;
  return old;
end $$;


--
-- Name: folder_path(uuid); Type: FUNCTION; Schema: files; Owner: -
--

CREATE FUNCTION files.folder_path(leaf uuid) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    AS $$
  with recursive up (parent_id, name, place) as (
    select parent_id, name, 1 from files.folder where id = leaf
    union all
    select f.parent_id, f.name, up.place + 1 from up join files.folder f on f.id = up.parent_id)
  select string_agg(name, '/' order by place desc) from up $$;


--
-- Name: remove_part(); Type: FUNCTION; Schema: files; Owner: -
--

CREATE FUNCTION files.remove_part() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into files.removal (object_key) values ('files/parts/' || old.id)
  on conflict (object_key) do update set due_at = least(files.removal.due_at, excluded.due_at);
  return null;
end $$;


--
-- Name: remove_presigned(); Type: FUNCTION; Schema: files; Owner: -
--

CREATE FUNCTION files.remove_presigned() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if old.created_at + interval '1 hour' > now() then
    insert into files.ended_upload values (old.id, old.owner_id, old.length_bytes, old.created_at + interval '1 hour')
    on conflict (id) do update set size_bytes = excluded.size_bytes;
  end if;
  insert into files.removal (object_key, due_at)
  values ('files/presigned/' || old.id, greatest(now(), old.created_at + interval '1 hour'))
  on conflict (object_key) do update set due_at = greatest(files.removal.due_at, excluded.due_at);
  return null;
end $$;


--
-- Name: search_source(text, text, text[]); Type: FUNCTION; Schema: files; Owner: -
--

CREATE FUNCTION files.search_source(file_name text, description text, tags text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((file_name || '
'::text) || COALESCE(description, ''::text)) || '
'::text) || array_to_string(tags, '
'::text));


--
-- Name: tag_keys(uuid, text[]); Type: FUNCTION; Schema: files; Owner: -
--

CREATE FUNCTION files.tag_keys(owner uuid, forms text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT (((tag_keys.owner)::text || ' '::text) || form.form) FROM unnest(tag_keys.forms) form(form));


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: message; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.message (
    id uuid NOT NULL,
    user_id uuid,
    channel text NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    template text,
    language text NOT NULL,
    recipient_sealed bytea NOT NULL,
    content_sealed bytea NOT NULL,
    status text NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text,
    template_id uuid,
    template_revision integer,
    recipient_hash bytea,
    schedule_id uuid,
    scheduled_at timestamp with time zone,
    digest_id uuid,
    inbox_seq bigint,
    generation integer DEFAULT 0 NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    begun_at timestamp with time zone,
    sent_at timestamp with time zone,
    delivered_at timestamp with time zone,
    provider text,
    status_reason text,
    held_until timestamp with time zone,
    spared_count integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT message_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'push'::text, 'inApp'::text, 'slack'::text, 'teams'::text, 'telegram'::text, 'webhook'::text]))),
    CONSTRAINT message_priority_check CHECK ((priority = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT message_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'scheduled'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text, 'archived'::text])))
)
WITH (fillfactor='70');


--
-- Name: is_uncounted(notifications.message); Type: FUNCTION; Schema: notifications; Owner: -
--

CREATE FUNCTION notifications.is_uncounted(m notifications.message) RETURNS boolean
    LANGUAGE plpgsql
    AS $$ begin
  perform from notifications.report_backfill b where m.id > b.after and m.id <= b.until for share;
  return found;
end $$;


--
-- Name: latency_step(notifications.message); Type: FUNCTION; Schema: notifications; Owner: -
--

CREATE FUNCTION notifications.latency_step(m notifications.message) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when m.sent_at is not null then ceil(8 / ln(2) * ln(greatest(1,
    (extract(epoch from m.sent_at - coalesce(m.scheduled_at, m.created_at)) * 1000)::float8)))::smallint end
$$;


--
-- Name: note_report(notifications.message, integer); Type: FUNCTION; Schema: notifications; Owner: -
--

CREATE FUNCTION notifications.note_report(m notifications.message, change integer) RETURNS void
    LANGUAGE sql
    AS $$
  insert into notifications.report_change
    (hour, channel, category, template, provider, status, sent_hour, latency_step, count)
  select date_trunc('hour', m.created_at, 'UTC'), m.channel, m.category, m.template, m.provider, m.status,
         date_trunc('hour', m.sent_at, 'UTC'), notifications.latency_step(m), change
$$;


--
-- Name: note_report_change(); Type: FUNCTION; Schema: notifications; Owner: -
--

CREATE FUNCTION notifications.note_report_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  if tg_op = 'DELETE' then
    if old.status in ('pending', 'scheduled', 'sending') then
      if not notifications.is_uncounted(old) then perform notifications.note_report(old, -1); end if;
    elsif notifications.is_uncounted(old) then perform notifications.note_report(old, 1);
    end if;
    return null;
  end if;
  if notifications.is_uncounted(new) then return null; end if;
  if tg_op = 'UPDATE' then perform notifications.note_report(old, -1); end if;
  perform notifications.note_report(new, 1);
  return null;
end $$;


--
-- Name: fold_letters(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.fold_letters(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(value, 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİıĴĶĹĻĽŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫςϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲀᲁᲂᲃᲄᲅᲆᲇᲈᲉᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺᾼῈῊῌῘῙῚῨῩῪῬῸῺῼℲↃⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟋꟌ꟎Ꟑ꟒꟔ꟖꟘꟚꟜꟵ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𐵐𐵑𐵒𐵓𐵔𐵕𐵖𐵗𐵘𐵙𐵚𐵛𐵜𐵝𐵞𐵟𐵠𐵡𐵢𐵣𐵤𐵥𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𖺠𖺡𖺢𖺣𖺤𖺥𖺦𖺧𖺨𖺩𖺪𖺫𖺬𖺭𖺮𖺯𖺰𖺱𖺲𖺳𖺴𖺵𖺶𖺷𖺸𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡يىك٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹'::text, 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiiĵķĺļľłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋσϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽвдосттъѣꙋᲊაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰᾳὲὴῃῐῑὶῠῡὺῥὸὼῳⅎↄⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊɤꟍ꟏ꟑꟓꟕꟗꟙꟛƛꟶ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𐵰𐵱𐵲𐵳𐵴𐵵𐵶𐵷𐵸𐵹𐵺𐵻𐵼𐵽𐵾𐵿𐶀𐶁𐶂𐶃𐶄𐶅𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𖺻𖺼𖺽𖺾𖺿𖻀𖻁𖻂𖻃𖻄𖻅𖻆𖻇𖻈𖻉𖻊𖻋𖻌𖻍𖻎𖻏𖻐𖻑𖻒𖻓𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃ییک01234567890123456789'::text);


--
-- Name: without_invisible(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.without_invisible(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(value, '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'::text, ''::text, 'g'::text);


--
-- Name: canonical_name(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.canonical_name(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(platform.without_invisible(platform.fold_letters(NORMALIZE(platform.without_invisible(value), NFKC))), ' {2,}'::text, ' '::text, 'g'::text), ' '::text);


--
-- Name: canonical_names(text[]); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.canonical_names(value text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT platform.canonical_name(each.name) AS canonical_name FROM unnest(canonical_names.value) WITH ORDINALITY each(name, place) ORDER BY each.place);


--
-- Name: enqueue_keyed(uuid, text, smallint, text, text, timestamp with time zone, jsonb); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.enqueue_keyed(id uuid, queue text, lane smallint, ref text, key text, due_at timestamp with time zone, origin jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  loop
    insert into platform.work (id, queue, lane, ref, key, due_at, origin)
      values (enqueue_keyed.id, enqueue_keyed.queue, enqueue_keyed.lane, enqueue_keyed.ref, enqueue_keyed.key,
              enqueue_keyed.due_at, enqueue_keyed.origin)
      on conflict do nothing;
    if found then return; end if;
    perform 1 from platform.work w where w.key = enqueue_keyed.key and not w.parked for key share;
    if found then
      insert into platform.work (id, queue, lane, ref, key, parked, due_at, origin)
        values (enqueue_keyed.id, enqueue_keyed.queue, enqueue_keyed.lane, enqueue_keyed.ref, enqueue_keyed.key,
                true, enqueue_keyed.due_at, enqueue_keyed.origin);
      return;
    end if;
  end loop;
end $$;


--
-- Name: fold_case(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.fold_case(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN (value ~ '[^\u0001-\u007f\u0600-\u06ff]'::text) THEN platform.fold_letters(value) ELSE lower((value COLLATE "C")) END;


--
-- Name: language_tag(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.language_tag(tag text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT string_agg(CASE WHEN ((parts.n = 1) OR (parts.single < parts.n)) THEN parts.part WHEN (parts.part ~ '^..$'::text) THEN upper(parts.part) WHEN (parts.part ~ '^[a-z]{4}$'::text) THEN (upper("left"(parts.part, 1)) || substr(parts.part, 2)) ELSE parts.part END, '-'::text ORDER BY parts.n) AS string_agg FROM (SELECT parts_1.part, parts_1.n, min(parts_1.n) FILTER (WHERE (length(parts_1.part) = 1)) OVER () AS single FROM unnest(string_to_array(translate(language_tag.tag, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'::text, 'abcdefghijklmnopqrstuvwxyz'::text), '-'::text)) WITH ORDINALITY parts_1(part, n)) parts);


--
-- Name: search_keys(text, text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.search_keys(scope text, folded text) RETURNS integer[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT hashtext((search_keys.scope || substr(search_keys.folded, place.place, 3))) AS hashtext FROM generate_series(1, (length(search_keys.folded) - 2)) place(place));


--
-- Name: search_keys_of(text, text[]); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.search_keys_of(scope text, parts text[]) RETURNS integer[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT hashtext((search_keys_of.scope || part.part)) AS hashtext FROM unnest(search_keys_of.parts) part(part));


--
-- Name: without_marks(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.without_marks(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(value, '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'::text, ''::text, 'g'::text);


--
-- Name: search_text(text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.search_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(NORMALIZE(translate(platform.fold_case(platform.without_marks(NORMALIZE(value, NFKD))), 'يىكةەٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹'::text, 'ییکهها01234567890123456789'::text), NFC), '[\t-\r \u0085\u1680\u2028\u2029]+'::text, ' '::text, 'g'::text), ' '::text);


--
-- Name: search_texts(text[]); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.search_texts(value text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT platform.search_text(each.one) AS search_text FROM unnest(search_texts.value) WITH ORDINALITY each(one, place) ORDER BY each.place);


--
-- Name: settle_claim(text, text, uuid, bytea); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.settle_claim(caller text, key text, token uuid, answer bytea) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update platform.idempotency i set answer = settle_claim.answer
    where i.caller = settle_claim.caller and i.key = settle_claim.key and i.token = settle_claim.token;
  if not found then raise exception 'the idempotency claim was overtaken' using errcode = 'BN409'; end if;
end $$;


--
-- Name: event_pos; Type: SEQUENCE; Schema: platform; Owner: -
--

CREATE SEQUENCE platform.event_pos
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: event; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
)
PARTITION BY RANGE (at);


--
-- Name: unseen_events(pg_snapshot, pg_snapshot, bigint, text[], integer); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.unseen_events(seen pg_snapshot, head pg_snapshot, after bigint, types text[], most integer) RETURNS SETOF platform.event
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    AS $$
begin
  return query
    select u.* from (
      (select e.* from platform.event e
       where e.xid >= pg_snapshot_xmax(seen)
         and pg_visible_in_snapshot(e.xid, head) and e.pos > after and (types is null or e.type = any (types))
       order by e.xid, e.pos)
      union all
      select e.* from pg_snapshot_xip(seen) running (xid), lateral (
        select l.* from platform.event l
        where l.xid = running.xid
          and pg_visible_in_snapshot(l.xid, head) and l.pos > after and (types is null or l.type = any (types))
        order by l.xid, l.pos limit most) e
    ) u
    order by u.pos limit most;
end $$;


--
-- Name: with_failure(jsonb, integer, text); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.with_failure(failures jsonb, attempt integer, error text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_path_query_array((COALESCE(failures, '[]'::jsonb) || jsonb_build_array(jsonb_build_object('at', to_char((now() AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text), 'attempt', attempt, 'error', error))), '$[last - 19 to last]'::jsonpath);


--
-- Name: iso(timestamp with time zone); Type: FUNCTION; Schema: scheduler; Owner: -
--

CREATE FUNCTION scheduler.iso(at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN to_char((at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text);


--
-- Name: label_keys(uuid, text[]); Type: FUNCTION; Schema: todos; Owner: -
--

CREATE FUNCTION todos.label_keys(owner uuid, forms text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT (((label_keys.owner)::text || ' '::text) || form.form) FROM unnest(label_keys.forms) form(form));


--
-- Name: anchor_trouble; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.anchor_trouble (
    name text NOT NULL,
    problem text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: anchored; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.anchored (
    name text NOT NULL,
    size bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: archive; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.archive (
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    manifest text NOT NULL,
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT archive_check CHECK ((last_sequence >= first_sequence))
);


--
-- Name: archiving; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.archiving (
    id uuid NOT NULL,
    requested_by text NOT NULL,
    before timestamp with time zone NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    status text NOT NULL,
    problem text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT archiving_status_check CHECK ((status = ANY (ARRAY['writing'::text, 'dropping'::text, 'archived'::text, 'failed'::text])))
);


--
-- Name: checkpoint; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.checkpoint (
    id uuid NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: entry; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.entry (
    id uuid NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    outcome text NOT NULL,
    request_id text NOT NULL,
    trace_id text,
    payload_hash bytea NOT NULL,
    subject_id text,
    CONSTRAINT entry_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'failure'::text, 'denied'::text])))
);


--
-- Name: finding; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.finding (
    sequence bigint,
    kind text NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    entry_id uuid,
    CONSTRAINT finding_check CHECK (((sequence IS NULL) <> (entry_id IS NULL)))
);


--
-- Name: head; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.head (
    is_only boolean DEFAULT true NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    checksum bytea NOT NULL,
    frontier bytea DEFAULT '\x'::bytea NOT NULL,
    note text,
    CONSTRAINT head_is_only_check CHECK (is_only)
);


--
-- Name: payload; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.payload (
    entry_id uuid NOT NULL,
    salt bytea,
    sealed bytea NOT NULL,
    origin bytea
);


--
-- Name: report_trouble; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.report_trouble (
    report text NOT NULL,
    problem text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: restoration; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.restoration (
    id uuid NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: run; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.run (
    id uuid NOT NULL,
    requested_by text NOT NULL,
    status text NOT NULL,
    update_flags boolean NOT NULL,
    checked bigint DEFAULT 0 NOT NULL,
    total bigint NOT NULL,
    report jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    incremental boolean DEFAULT false NOT NULL,
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
);


--
-- Name: seal; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.seal (
    sequence bigint NOT NULL,
    entry_id uuid NOT NULL,
    previous_checksum bytea NOT NULL,
    checksum bytea NOT NULL
);


--
-- Name: signing_key; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.signing_key (
    key_id text NOT NULL,
    name text NOT NULL,
    public_key bytea NOT NULL,
    private_sealed bytea NOT NULL,
    handover text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: tree; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.tree (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: unsealed; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.unsealed (
    entry_id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_cost_delay='0');


--
-- Name: verified; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.verified (
    is_only boolean DEFAULT true NOT NULL,
    "position" bytea NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT verified_is_only_check CHECK (is_only)
);


--
-- Name: access_entry; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".access_entry (
    resource_type text NOT NULL,
    resource_id uuid NOT NULL,
    user_id uuid,
    role_id uuid,
    can_read boolean NOT NULL,
    can_write boolean NOT NULL,
    can_delete boolean NOT NULL,
    can_manage boolean NOT NULL,
    CONSTRAINT access_entry_check CHECK ((num_nonnulls(user_id, role_id) = 1)),
    CONSTRAINT access_entry_check1 CHECK ((can_read OR can_write OR can_delete OR can_manage)),
    CONSTRAINT access_entry_resource_type_check CHECK (((length(resource_type) >= 1) AND (length(resource_type) <= 50)))
);


--
-- Name: permission; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".permission (
    code text NOT NULL,
    description text NOT NULL,
    module text NOT NULL
);


--
-- Name: permission_seen; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".permission_seen (
    code text NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: role; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".role (
    id uuid NOT NULL,
    name text NOT NULL,
    built_in boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    form text GENERATED ALWAYS AS (platform.canonical_name(name)) STORED NOT NULL,
    is_twin boolean DEFAULT false NOT NULL,
    CONSTRAINT role_name_check CHECK (((length(name) >= 1) AND (length(name) <= 50)))
);


--
-- Name: role_inclusion; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".role_inclusion (
    role_id uuid NOT NULL,
    included_id uuid NOT NULL,
    CONSTRAINT role_inclusion_check CHECK ((included_id <> role_id))
);


--
-- Name: role_permission; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".role_permission (
    role_id uuid NOT NULL,
    permission text NOT NULL
);


--
-- Name: role_reach; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".role_reach (
    role_id uuid NOT NULL,
    reached_id uuid NOT NULL
);


--
-- Name: subject; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".subject (
    user_id uuid NOT NULL,
    admitted_at timestamp with time zone DEFAULT now() NOT NULL,
    suspended_at timestamp with time zone,
    absent_until timestamp with time zone
);


--
-- Name: subject_denial; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".subject_denial (
    user_id uuid NOT NULL,
    permission text NOT NULL,
    denied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: subject_grant; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".subject_grant (
    user_id uuid NOT NULL,
    permission text NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: subject_role; Type: TABLE; Schema: authorization; Owner: -
--

CREATE TABLE "authorization".subject_role (
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY "authorization".subject_role ALTER COLUMN role_id SET (n_distinct=1000);


--
-- Name: migration; Type: TABLE; Schema: bonyan; Owner: -
--

CREATE TABLE bonyan.migration (
    module text NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: access; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.access (
    id uuid NOT NULL,
    file_id uuid,
    link_id uuid,
    user_id uuid,
    way text NOT NULL,
    is_allowed boolean NOT NULL,
    reason text,
    ip text,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    folder_id uuid,
    CONSTRAINT access_target CHECK (((file_id IS NOT NULL) OR (folder_id IS NOT NULL))),
    CONSTRAINT access_way_check CHECK ((way = ANY (ARRAY['download'::text, 'stream'::text, 'link'::text, 'upload'::text])))
);


--
-- Name: blob; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.blob (
    id uuid NOT NULL,
    sha256 text,
    size_bytes bigint NOT NULL,
    refs integer NOT NULL,
    key_sealed bytea,
    CONSTRAINT blob_hash_or_key CHECK (((sha256 IS NULL) = (key_sealed IS NOT NULL))),
    CONSTRAINT blob_refs_check CHECK ((refs > 0)),
    CONSTRAINT blob_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT blob_size_bytes_check CHECK ((size_bytes >= 0))
);


--
-- Name: ended_upload; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.ended_upload (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    size_bytes bigint NOT NULL,
    until timestamp with time zone NOT NULL
);


--
-- Name: file; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.file (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    file_name text NOT NULL,
    description text,
    module text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint,
    sha256 text,
    storage_status text DEFAULT 'pending'::text NOT NULL,
    stage text,
    reason text,
    is_retryable boolean DEFAULT false NOT NULL,
    scan_status text DEFAULT 'unscanned'::text NOT NULL,
    content_id uuid NOT NULL,
    blob_id uuid,
    restores_to text,
    heartbeat_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (platform.search_text(files.search_source(file_name, description, tags))) STORED NOT NULL,
    tag_forms text[] GENERATED ALWAYS AS (platform.search_texts(tags)) STORED NOT NULL,
    is_encrypted boolean DEFAULT false NOT NULL,
    encryption_stage text,
    rewrite_id uuid,
    version_of uuid,
    content_at timestamp with time zone,
    folder_id uuid,
    deletion_id uuid,
    link_id uuid,
    sender_id uuid,
    sender_name text,
    is_at_gate boolean DEFAULT false NOT NULL,
    CONSTRAINT file_encryption_stage_check CHECK ((encryption_stage = ANY (ARRAY['encrypting'::text, 'decrypting'::text]))),
    CONSTRAINT file_file_name_check CHECK (((octet_length(file_name) >= 1) AND (octet_length(file_name) <= 255))),
    CONSTRAINT file_scan_status_check CHECK ((scan_status = ANY (ARRAY['unscanned'::text, 'clean'::text, 'unscannable'::text, 'infected'::text]))),
    CONSTRAINT file_stage_check CHECK ((stage = ANY (ARRAY['uploading'::text, 'uploaded'::text, 'scanning'::text]))),
    CONSTRAINT file_storage_status_check CHECK ((storage_status = ANY (ARRAY['pending'::text, 'available'::text, 'infected'::text, 'failed'::text, 'missing'::text, 'deleted'::text]))),
    CONSTRAINT file_tags_check CHECK ((cardinality(tags) <= 20))
);


--
-- Name: folder; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.folder (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    parent_id uuid,
    name text NOT NULL,
    canonical_name text GENERATED ALWAYS AS (platform.canonical_name(name)) STORED NOT NULL,
    deletion_id uuid,
    is_deleted_root boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT folder_canonical_name_check CHECK (((octet_length(canonical_name) >= 1) AND (octet_length(canonical_name) <= 1000))),
    CONSTRAINT folder_check CHECK ((parent_id <> id)),
    CONSTRAINT folder_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 255)))
);
ALTER TABLE ONLY files.folder ALTER COLUMN parent_id SET (n_distinct=-0.1);


--
-- Name: folder_work; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.folder_work (
    deletion_id uuid NOT NULL,
    folder_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    stage text NOT NULL,
    deleted_at timestamp with time zone NOT NULL,
    CONSTRAINT folder_work_stage_check CHECK ((stage = ANY (ARRAY['deleting'::text, 'restoring'::text, 'purging'::text])))
);


--
-- Name: link; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.link (
    id uuid NOT NULL,
    file_id uuid,
    created_by uuid NOT NULL,
    token_hash bytea NOT NULL,
    mode text NOT NULL,
    password_hash text,
    max_downloads integer,
    used integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    wrong_attempts integer DEFAULT 0 NOT NULL,
    wrong_since timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    folder_id uuid,
    max_bytes bigint,
    content_types text[],
    api_key_id uuid,
    undecided_attempts integer DEFAULT 0 NOT NULL,
    CONSTRAINT link_max_bytes_check CHECK ((max_bytes > 0)),
    CONSTRAINT link_max_downloads_check CHECK ((max_downloads > 0)),
    CONSTRAINT link_mode_check CHECK ((mode = ANY (ARRAY['secure'::text, 'public'::text, 'upload'::text]))),
    CONSTRAINT link_target CHECK ((((mode = 'upload'::text) = (folder_id IS NOT NULL)) AND ((file_id IS NULL) = (folder_id IS NOT NULL))))
);


--
-- Name: link_attempt; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.link_attempt (
    link_id uuid NOT NULL,
    network text NOT NULL,
    wrong_attempts integer NOT NULL,
    wrong_since timestamp with time zone NOT NULL,
    undecided_attempts integer DEFAULT 0 NOT NULL
);


--
-- Name: link_use; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.link_use (
    id uuid NOT NULL,
    link_id uuid NOT NULL,
    client text NOT NULL,
    bytes_left bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    has_start boolean DEFAULT true NOT NULL
);


--
-- Name: removal; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.removal (
    object_key text NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: upload; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.upload (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    session_id uuid,
    api_key_id uuid,
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    file_name text,
    declared_type text DEFAULT ''::text NOT NULL,
    description text,
    module text,
    folder text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    metadata text,
    concat text,
    length_bytes bigint,
    received_bytes bigint DEFAULT 0 NOT NULL,
    head bytea DEFAULT '\x'::bytea NOT NULL,
    part_count integer DEFAULT 0 NOT NULL,
    writer uuid,
    writing_at timestamp with time zone,
    is_awaited boolean DEFAULT false NOT NULL,
    file_id uuid,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    folder_id uuid,
    sha256 text,
    CONSTRAINT upload_file_name_check CHECK (((octet_length(file_name) >= 1) AND (octet_length(file_name) <= 255))),
    CONSTRAINT upload_hash CHECK (((kind = 'presigned'::text) = (sha256 IS NOT NULL))),
    CONSTRAINT upload_kind_check CHECK ((kind = ANY (ARRAY['whole'::text, 'partial'::text, 'final'::text, 'presigned'::text]))),
    CONSTRAINT upload_length_bytes_check CHECK ((length_bytes >= 0)),
    CONSTRAINT upload_received_bytes_check CHECK ((received_bytes >= 0)),
    CONSTRAINT upload_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT upload_tags_check CHECK ((cardinality(tags) <= 20))
);


--
-- Name: upload_part; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.upload_part (
    id uuid NOT NULL,
    upload_id uuid NOT NULL,
    "position" bigint NOT NULL,
    size_bytes bigint
);


--
-- Name: usage; Type: TABLE; Schema: files; Owner: -
--

CREATE TABLE files.usage (
    owner_id uuid NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    file_count integer DEFAULT 0 NOT NULL,
    folder_count integer DEFAULT 0 NOT NULL,
    incident_at timestamp with time zone,
    warned_at timestamp with time zone,
    CONSTRAINT usage_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT usage_file_count_check CHECK ((file_count >= 0)),
    CONSTRAINT usage_folder_count_check CHECK ((folder_count >= 0))
);


--
-- Name: corruption; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.corruption (
    event_id uuid NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: event; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
)
PARTITION BY RANGE (received_at);


--
-- Name: event_20261129; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261129 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261130; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261130 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261201; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261201 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261202; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261202 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261203; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261203 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261204; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261204 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261205; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261205 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261206; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261206 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261207; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261207 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261208; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261208 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261209; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261209 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261210; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261210 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261211; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261211 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261212; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261212 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261213; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261213 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: event_20261214; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.event_20261214 (
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    timestamp_utc timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    message text NOT NULL,
    source_service text NOT NULL,
    source_module text,
    source_instance text,
    trace_id text,
    span_id text,
    request_id text,
    tenant_id text,
    actor_type text,
    actor_id text,
    outcome text,
    session_id text,
    ip text,
    user_agent text,
    device_info text,
    http_method text,
    http_path text,
    http_status_code smallint,
    error_code text,
    error_stack_hash text,
    tags text[] NOT NULL,
    payload json NOT NULL,
    pattern text NOT NULL,
    fingerprint text NOT NULL,
    checksum bytea NOT NULL,
    tokens tsvector NOT NULL,
    deleted_at timestamp with time zone
);


--
-- Name: incident; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.incident (
    id uuid NOT NULL,
    rule_id uuid,
    fingerprint text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    service text,
    group_value text NOT NULL,
    severity text NOT NULL,
    status text NOT NULL,
    count bigint NOT NULL,
    reopened_count integer DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    resolved_at timestamp with time zone,
    resolved_by text,
    notifies boolean NOT NULL,
    notified_at timestamp with time zone,
    silenced_by uuid,
    cooldown_seconds integer NOT NULL,
    auto_resolve_seconds integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT incident_status_check CHECK ((status = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])))
);


--
-- Name: incident_step; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.incident_step (
    id uuid NOT NULL,
    incident_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    actor_id text,
    note text
);


--
-- Name: match_count; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.match_count (
    rule_id uuid NOT NULL,
    group_value text NOT NULL,
    bucket timestamp with time zone NOT NULL,
    writer integer NOT NULL,
    matched bigint NOT NULL,
    total bigint NOT NULL
);


--
-- Name: rollup; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
)
PARTITION BY RANGE (day);


--
-- Name: rollup_20261129; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261129 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261130; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261130 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261201; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261201 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261202; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261202 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261203; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261203 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261204; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261204 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261205; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261205 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261206; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261206 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261207; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261207 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261208; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261208 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261209; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261209 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261210; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261210 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261211; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261211 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261212; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261212 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261213; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261213 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rollup_20261214; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rollup_20261214 (
    day timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    bucket timestamp with time zone NOT NULL,
    level smallint NOT NULL,
    service text NOT NULL,
    module text NOT NULL,
    outcome text NOT NULL,
    writer integer NOT NULL,
    count bigint NOT NULL
);


--
-- Name: rule; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rule (
    id uuid NOT NULL,
    name text NOT NULL,
    is_enabled boolean NOT NULL,
    kind text NOT NULL,
    minimum_level smallint NOT NULL,
    contains_text text,
    service text,
    module text,
    window_seconds integer NOT NULL,
    threshold_count integer NOT NULL,
    rate_percent integer,
    group_by text,
    cooldown_seconds integer NOT NULL,
    auto_resolve_seconds integer NOT NULL,
    severity text NOT NULL,
    action text NOT NULL,
    since timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT rule_action_check CHECK ((action = ANY (ARRAY['notify'::text, 'none'::text]))),
    CONSTRAINT rule_kind_check CHECK ((kind = ANY (ARRAY['threshold'::text, 'absence'::text, 'rate'::text])))
);


--
-- Name: rule_set; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.rule_set (
    is_only boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT rule_set_is_only_check CHECK (is_only)
);


--
-- Name: silence; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.silence (
    id uuid NOT NULL,
    rule_id uuid,
    service text,
    fingerprint text,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    repeats text NOT NULL,
    repeats_until timestamp with time zone,
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT silence_repeats_check CHECK ((repeats = ANY (ARRAY['never'::text, 'daily'::text, 'weekly'::text])))
);


--
-- Name: word; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
)
PARTITION BY RANGE (day);


--
-- Name: word_20261129; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261129 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261130; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261130 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261201; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261201 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261202; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261202 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261203; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261203 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261204; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261204 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261205; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261205 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261206; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261206 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261207; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261207 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261208; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261208 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261209; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261209 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261210; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261210 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261211; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261211 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261212; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261212 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261213; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261213 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: word_20261214; Type: TABLE; Schema: logging; Owner: -
--

CREATE TABLE logging.word_20261214 (
    day timestamp with time zone NOT NULL,
    word text NOT NULL,
    keys text[] NOT NULL
);


--
-- Name: attempt; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.attempt (
    message_id uuid NOT NULL,
    number integer NOT NULL,
    provider text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    duration_ms integer NOT NULL,
    outcome text NOT NULL,
    provider_message_id text,
    error text,
    error_class text,
    CONSTRAINT attempt_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'deferred'::text, 'bounced'::text, 'error'::text, 'lost'::text])))
);


--
-- Name: channel_second; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.channel_second (
    channel text NOT NULL,
    second timestamp with time zone NOT NULL,
    count integer NOT NULL,
    urgent integer DEFAULT 0 NOT NULL,
    put_off integer DEFAULT 0 NOT NULL
);


--
-- Name: digest; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.digest (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    category text NOT NULL,
    channel text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    is_open boolean DEFAULT true NOT NULL
);


--
-- Name: inbox; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.inbox (
    user_id uuid NOT NULL,
    seq bigint NOT NULL
);


--
-- Name: opt_out; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.opt_out (
    recipient_hash bytea NOT NULL,
    category text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: preference; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.preference (
    user_id uuid NOT NULL,
    category text NOT NULL,
    channel text NOT NULL,
    wanted boolean NOT NULL,
    digest_minutes integer,
    CONSTRAINT preference_digest_minutes_check CHECK (((digest_minutes >= 1) AND (digest_minutes <= 1440)))
);


--
-- Name: recipient; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.recipient (
    user_id uuid NOT NULL,
    email_sealed bytea NOT NULL,
    language text NOT NULL,
    time_zone text,
    email_hash bytea,
    quiet_from time without time zone,
    quiet_to time without time zone,
    preferred_language text,
    CONSTRAINT recipient_language_check CHECK ((language = ANY (ARRAY['en'::text, 'fa'::text])))
);


--
-- Name: report; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.report (
    hour timestamp with time zone NOT NULL,
    channel text NOT NULL,
    category text NOT NULL,
    template text,
    provider text,
    status text NOT NULL,
    sent_hour timestamp with time zone,
    latency_step smallint,
    count bigint NOT NULL
);


--
-- Name: report_backfill; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.report_backfill (
    after uuid NOT NULL,
    until uuid NOT NULL
);


--
-- Name: report_change; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.report_change (
    id bigint NOT NULL,
    hour timestamp with time zone NOT NULL,
    channel text NOT NULL,
    category text NOT NULL,
    template text,
    provider text,
    status text NOT NULL,
    sent_hour timestamp with time zone,
    latency_step smallint,
    count smallint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000');


--
-- Name: report_change_id_seq; Type: SEQUENCE; Schema: notifications; Owner: -
--

ALTER TABLE notifications.report_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notifications.report_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: report_day; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.report_day (
    day timestamp with time zone NOT NULL,
    channel text NOT NULL,
    category text NOT NULL,
    template text,
    provider text,
    status text NOT NULL,
    latency_step smallint,
    count bigint NOT NULL
);


--
-- Name: route; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.route (
    severity text NOT NULL,
    roles text[] NOT NULL,
    user_ids uuid[] NOT NULL,
    channels text[] NOT NULL,
    targets_sealed bytea,
    CONSTRAINT route_severity_check CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text])))
);


--
-- Name: schedule; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.schedule (
    id uuid NOT NULL,
    notification_id uuid NOT NULL,
    created_by text,
    rule text,
    rule_name text,
    time_zone text NOT NULL,
    next_run_at timestamp with time zone,
    last_run_at timestamp with time zone,
    run_count integer DEFAULT 0 NOT NULL,
    status text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    message_created_by text,
    CONSTRAINT schedule_status_check CHECK ((status = ANY (ARRAY['active'::text, 'done'::text, 'cancelled'::text])))
);


--
-- Name: suppression; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.suppression (
    id uuid NOT NULL,
    channel text NOT NULL,
    address_hash bytea NOT NULL,
    reason text NOT NULL,
    provider text NOT NULL,
    notification_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: template; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.template (
    id uuid NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    subject_template text NOT NULL,
    body_template text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    is_shipped boolean DEFAULT false NOT NULL,
    is_edited boolean DEFAULT false NOT NULL,
    shipped_subject text,
    shipped_body text,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    allows_logic boolean DEFAULT false NOT NULL,
    is_twin boolean DEFAULT false NOT NULL
);


--
-- Name: template_check; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.template_check (
    hash text NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: template_revision; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.template_revision (
    template_id uuid NOT NULL,
    revision integer NOT NULL,
    subject_template text NOT NULL,
    body_template text NOT NULL,
    created_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: alert; Type: TABLE; Schema: observability; Owner: -
--

CREATE TABLE observability.alert (
    id uuid NOT NULL,
    subject text NOT NULL,
    tier text NOT NULL,
    severity text NOT NULL,
    details text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT alert_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'medium'::text])))
);


--
-- Name: objective_minute; Type: TABLE; Schema: observability; Owner: -
--

CREATE TABLE observability.objective_minute (
    objective text NOT NULL,
    minute timestamp with time zone NOT NULL,
    good bigint NOT NULL,
    bad bigint NOT NULL
);


--
-- Name: objective_slot; Type: TABLE; Schema: observability; Owner: -
--

CREATE TABLE observability.objective_slot (
    objective text NOT NULL,
    slot timestamp with time zone NOT NULL,
    good bigint NOT NULL,
    bad bigint NOT NULL
);


--
-- Name: replay; Type: TABLE; Schema: observability; Owner: -
--

CREATE TABLE observability.replay (
    id uuid NOT NULL,
    box text NOT NULL,
    take integer NOT NULL,
    filter jsonb NOT NULL,
    dry_run boolean NOT NULL,
    matched integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT replay_box_check CHECK ((box = ANY (ARRAY['outbox'::text, 'inbox'::text, 'work'::text])))
);


--
-- Name: replay_message; Type: TABLE; Schema: observability; Owner: -
--

CREATE TABLE observability.replay_message (
    replay_id uuid NOT NULL,
    message_id uuid NOT NULL,
    outcome text NOT NULL,
    CONSTRAINT replay_message_outcome_check CHECK ((outcome = ANY (ARRAY['pending'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'discarded'::text])))
);


--
-- Name: captured_mail; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.captured_mail (
    id text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: cursor; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.cursor (
    consumer text NOT NULL,
    seen pg_snapshot NOT NULL,
    head pg_snapshot,
    pos bigint DEFAULT 0 NOT NULL,
    owner uuid,
    token bigint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    lost bigint DEFAULT 0 NOT NULL,
    lost_at timestamp with time zone,
    shards integer,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    refused bigint DEFAULT 0 NOT NULL,
    refused_at timestamp with time zone
);


--
-- Name: event_20261129; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261129 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261130; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261130 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261201; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261201 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261202; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261202 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261203; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261203 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261204; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261204 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261205; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261205 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261206; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261206 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261207; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261207 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261208; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261208 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261209; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261209 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261210; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261210 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261211; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261211 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261212; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261212 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261213; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261213 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: event_20261214; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_20261214 (
    pos bigint DEFAULT nextval('platform.event_pos'::regclass) NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    origin jsonb NOT NULL,
    body jsonb NOT NULL
);


--
-- Name: work_pos; Type: SEQUENCE; Schema: platform; Owner: -
--

CREATE SEQUENCE platform.work_pos
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: work; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.work (
    id uuid NOT NULL,
    pos bigint DEFAULT nextval('platform.work_pos'::regclass) NOT NULL,
    queue text NOT NULL,
    lane smallint DEFAULT 1 NOT NULL,
    ref text NOT NULL,
    key text,
    parked boolean DEFAULT false NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    owner uuid,
    token bigint DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    error text,
    origin jsonb NOT NULL,
    type text,
    failures jsonb
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_cost_delay='0');


--
-- Name: failed_message; Type: VIEW; Schema: platform; Owner: -
--

CREATE VIEW platform.failed_message AS
 SELECT w.id,
        CASE w.queue
            WHEN 'platform.inbox'::text THEN 'inbox'::text
            WHEN 'platform.outbox'::text THEN 'outbox'::text
            ELSE 'work'::text
        END AS box,
        CASE
            WHEN (w.due_at = 'infinity'::timestamp with time zone) THEN 'failed'::text
            ELSE 'retrying'::text
        END AS state,
    COALESCE(w.type, w.queue) AS type,
        CASE w.queue
            WHEN 'platform.inbox'::text THEN split_part(w.ref, ' '::text, 1)
            ELSE NULL::text
        END AS consumer,
    w.queue,
    w.ref,
    w.key,
    w.attempt,
    w.error,
    COALESCE(w.failures, '[]'::jsonb) AS failures,
    w.origin
   FROM platform.work w
  WHERE ((w.error IS NOT NULL) AND (NOT w.parked) AND (w.queue <> 'platform.job'::text));


--
-- Name: idempotency; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    token uuid NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    answer bytea
);


--
-- Name: inbox; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (event_at);


--
-- Name: inbox_20261129; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261129 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261130; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261130 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261201; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261201 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261202; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261202 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261203; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261203 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261204; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261204 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261205; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261205 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261206; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261206 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261207; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261207 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261208; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261208 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261209; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261209 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261210; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261210 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261211; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261211 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261212; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261212 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261213; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261213 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: inbox_20261214; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.inbox_20261214 (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL
);


--
-- Name: invalidation; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.invalidation (
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    topic text NOT NULL,
    key text NOT NULL
);


--
-- Name: lasting_key; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.lasting_key (
    name text NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: node; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.node (
    id uuid NOT NULL,
    kind text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat_at timestamp with time zone DEFAULT now() NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL
);


--
-- Name: person_key; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.person_key (
    person_id text NOT NULL,
    wrapped bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    destroyed_at timestamp with time zone
);


--
-- Name: secret_use; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.secret_use (
    fingerprint bytea NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: stopped_node; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.stopped_node (
    id uuid NOT NULL,
    kind text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    heartbeat_at timestamp with time zone NOT NULL,
    state jsonb NOT NULL
);


--
-- Name: profile; Type: TABLE; Schema: profiles; Owner: -
--

CREATE TABLE profiles.profile (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    first_name text,
    last_name text,
    display_name text,
    bio text,
    date_of_birth date,
    gender text,
    location text,
    avatar_file_id uuid,
    avatar_crop jsonb,
    contact_email text,
    contact_phone text,
    country text,
    website text,
    time_zone text,
    is_profile_public boolean DEFAULT false NOT NULL,
    show_email boolean DEFAULT false NOT NULL,
    show_phone boolean DEFAULT false NOT NULL,
    preferred_language text,
    receive_security_alerts boolean DEFAULT true NOT NULL,
    receive_product_updates boolean DEFAULT true NOT NULL,
    links jsonb DEFAULT '{}'::jsonb NOT NULL,
    music_title text,
    music_artist text,
    music_file_id uuid,
    interests text[] DEFAULT '{}'::text[] NOT NULL,
    completeness smallint DEFAULT 0 NOT NULL,
    search_text text GENERATED ALWAYS AS (((((replace(platform.search_text(((COALESCE(first_name, ''::text) || ' '::text) || COALESCE(last_name, ''::text))), ' '::text, ''::text) || '|'::text) || replace(platform.search_text(COALESCE(display_name, ''::text)), ' '::text, ''::text)) || '|'::text) || replace(platform.search_text(COALESCE(location, ''::text)), ' '::text, ''::text))) STORED NOT NULL,
    contact_told_at timestamp with time zone,
    privacy_told_at timestamp with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT profile_completeness_check CHECK (((completeness >= 0) AND (completeness <= 100))),
    CONSTRAINT profile_interests_check CHECK ((cardinality(interests) <= 50))
);


--
-- Name: tally; Type: TABLE; Schema: profiles; Owner: -
--

CREATE TABLE profiles.tally (
    is_profile_public boolean NOT NULL,
    preferred_language text NOT NULL,
    completeness smallint NOT NULL,
    profiles bigint NOT NULL
);


--
-- Name: dependency; Type: TABLE; Schema: scheduler; Owner: -
--

CREATE TABLE scheduler.dependency (
    job_id uuid NOT NULL,
    depends_on_job_id uuid NOT NULL
);


--
-- Name: execution; Type: TABLE; Schema: scheduler; Owner: -
--

CREATE TABLE scheduler.execution (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    triggered_by text NOT NULL,
    triggered_by_id uuid,
    occurrence_at_utc timestamp with time zone NOT NULL,
    scheduled_at_utc timestamp with time zone NOT NULL,
    started_at_utc timestamp with time zone,
    finished_at_utc timestamp with time zone,
    duration_ms integer GENERATED ALWAYS AS ((LEAST(GREATEST((EXTRACT(epoch FROM (finished_at_utc - started_at_utc)) * (1000)::numeric), (0)::numeric), (2147483647)::numeric))::integer) STORED,
    node_id uuid,
    fencing_token bigint,
    attempt integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    is_replay boolean DEFAULT false NOT NULL,
    replay_of uuid,
    replayed_as uuid,
    is_waiting boolean DEFAULT false NOT NULL,
    error text,
    dead_letter_reason text,
    skip_reason text,
    skipped_for uuid,
    left_out_count integer DEFAULT 1 NOT NULL,
    progress smallint,
    progress_note text,
    past_attempts jsonb DEFAULT '[]'::jsonb NOT NULL,
    log jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT execution_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text, 'timedOut'::text, 'skipped'::text, 'deadLettered'::text]))),
    CONSTRAINT execution_triggered_by_check CHECK ((triggered_by = ANY (ARRAY['schedule'::text, 'manual'::text, 'dependency'::text, 'catchUp'::text, 'replay'::text])))
)
WITH (fillfactor='80');


--
-- Name: fencing_token; Type: SEQUENCE; Schema: scheduler; Owner: -
--

CREATE SEQUENCE scheduler.fencing_token
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: job; Type: TABLE; Schema: scheduler; Owner: -
--

CREATE TABLE scheduler.job (
    id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    type text NOT NULL,
    owner_id uuid,
    is_declared boolean DEFAULT false NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    payload jsonb NOT NULL,
    secret bytea,
    concurrency_key text,
    max_retry_attempts integer NOT NULL,
    retry_backoff_seconds integer NOT NULL,
    backoff text NOT NULL,
    max_execution_seconds integer NOT NULL,
    max_consecutive_failures integer NOT NULL,
    concurrency text NOT NULL,
    priority text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    status_at timestamp with time zone DEFAULT now() NOT NULL,
    status_until timestamp with time zone,
    status_reason text,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    next_run_at_utc timestamp with time zone,
    last_run_at_utc timestamp with time zone,
    last_status text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (platform.search_text(((name || ' '::text) || description))) STORED,
    CONSTRAINT job_backoff_check CHECK ((backoff = ANY (ARRAY['fixed'::text, 'linear'::text, 'exponential'::text]))),
    CONSTRAINT job_concurrency_check CHECK ((concurrency = ANY (ARRAY['forbid'::text, 'allow'::text, 'replace'::text]))),
    CONSTRAINT job_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT job_priority_check CHECK ((priority = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT job_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'paused'::text, 'quarantined'::text])))
)
WITH (fillfactor='70');


--
-- Name: schedule; Type: TABLE; Schema: scheduler; Owner: -
--

CREATE TABLE scheduler.schedule (
    job_id uuid NOT NULL,
    type text NOT NULL,
    cron_expression text,
    time_zone text NOT NULL,
    gap text,
    fold text,
    interval_seconds integer,
    every integer,
    unit text,
    one_time_at_utc timestamp with time zone,
    start_at_utc timestamp with time zone,
    end_at_utc timestamp with time zone,
    misfire_policy text NOT NULL,
    max_catch_up_runs integer NOT NULL,
    jitter_seconds integer NOT NULL,
    holidays text[] DEFAULT '{}'::text[] NOT NULL,
    anchor_at_utc timestamp with time zone NOT NULL,
    zone_data text NOT NULL,
    CONSTRAINT schedule_fold_check CHECK ((fold = ANY (ARRAY['first'::text, 'last'::text, 'both'::text]))),
    CONSTRAINT schedule_gap_check CHECK ((gap = ANY (ARRAY['end'::text, 'shift'::text, 'skip'::text]))),
    CONSTRAINT schedule_misfire_policy_check CHECK ((misfire_policy = ANY (ARRAY['fireNow'::text, 'skip'::text, 'catchUp'::text]))),
    CONSTRAINT schedule_type_check CHECK ((type = ANY (ARRAY['cron'::text, 'interval'::text, 'oneTime'::text]))),
    CONSTRAINT schedule_unit_check CHECK ((unit = ANY (ARRAY['seconds'::text, 'days'::text, 'weeks'::text, 'months'::text])))
);


--
-- Name: todo; Type: TABLE; Schema: todos; Owner: -
--

CREATE TABLE todos.todo (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    description text NOT NULL,
    due_date date,
    labels text[] DEFAULT '{}'::text[] NOT NULL,
    priority text DEFAULT 'normal'::text NOT NULL,
    priority_rank smallint GENERATED ALWAYS AS (array_position(ARRAY['normal'::text, 'low'::text, 'medium'::text, 'high'::text, 'top'::text], priority)) STORED NOT NULL,
    remind_at timestamp with time zone,
    completed_at timestamp with time zone,
    is_completed boolean GENERATED ALWAYS AS ((completed_at IS NOT NULL)) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    label_forms text[] GENERATED ALWAYS AS (platform.search_texts(labels)) STORED NOT NULL,
    search_text text GENERATED ALWAYS AS (platform.search_text(description)) STORED NOT NULL,
    CONSTRAINT todo_description_check CHECK (((length(description) >= 1) AND (length(description) <= 500))),
    CONSTRAINT todo_labels_check CHECK ((cardinality(labels) <= 20))
);


--
-- Name: api_key; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.api_key (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);


--
-- Name: challenge; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.challenge (
    token_mac bytea NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    data_sealed bytea NOT NULL,
    wrong integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: code; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.code (
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    code_mac bytea,
    expires_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    link_mac bytea,
    CONSTRAINT code_purpose_check CHECK ((purpose = ANY (ARRAY['verification'::text, 'reset'::text, 'emailChange'::text])))
);


--
-- Name: code_limit; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.code_limit (
    subject_mac bytea NOT NULL,
    sent_at timestamp with time zone,
    wrong integer DEFAULT 0 NOT NULL,
    window_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone
);


--
-- Name: code_request; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.code_request (
    id uuid NOT NULL,
    purpose text NOT NULL,
    address_sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: device; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.device (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    label text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    last_failure_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone
);


--
-- Name: email_change; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.email_change (
    user_id uuid NOT NULL,
    email text NOT NULL,
    requested_at timestamp with time zone NOT NULL
);


--
-- Name: external_code; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.external_code (
    address_mac bytea NOT NULL,
    code_mac bytea,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: external_identity; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.external_identity (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL
);


--
-- Name: invitation; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.invitation (
    user_id uuid NOT NULL,
    link_mac bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: lockout; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.lockout (
    address_mac bytea NOT NULL,
    failures integer NOT NULL,
    last_failure_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    user_id uuid
);


--
-- Name: network_failure; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.network_failure (
    network_mac bytea NOT NULL,
    failed_at timestamp with time zone NOT NULL
);


--
-- Name: passkey; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.passkey (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id text NOT NULL,
    public_key bytea NOT NULL,
    counter bigint NOT NULL,
    transports text[] NOT NULL,
    is_backed_up boolean NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    is_second_factor_only boolean DEFAULT false NOT NULL
);


--
-- Name: password_history; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.password_history (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash text NOT NULL
);


--
-- Name: recovery_code; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.recovery_code (
    user_id uuid NOT NULL,
    code_mac bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: session; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.session (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret bytea NOT NULL,
    counter integer DEFAULT 0 NOT NULL,
    rotated_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    absolute_expires_at timestamp with time zone NOT NULL,
    ip text,
    device text NOT NULL,
    revoked_at timestamp with time zone,
    proved_at timestamp with time zone NOT NULL
);


--
-- Name: signing_key; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.signing_key (
    kid text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    signs_from timestamp with time zone NOT NULL
);


--
-- Name: totp; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.totp (
    user_id uuid NOT NULL,
    secret_sealed bytea NOT NULL,
    confirmed_at timestamp with time zone,
    last_step integer,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: unasked_mail; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.unasked_mail (
    address_mac bytea NOT NULL,
    since timestamp with time zone NOT NULL,
    mails integer NOT NULL
);


--
-- Name: unfolded_address; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.unfolded_address (
    user_id uuid NOT NULL
);


--
-- Name: user; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users."user" (
    id uuid NOT NULL,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    password_hash text,
    status text NOT NULL,
    language text NOT NULL,
    email_verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    locked_until timestamp with time zone,
    reset_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (platform.search_text(((((email || ' '::text) || first_name) || ' '::text) || last_name))) STORED NOT NULL,
    CONSTRAINT user_language_check CHECK ((language = ANY (ARRAY['en'::text, 'fa'::text]))),
    CONSTRAINT user_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'disabled'::text, 'deleted'::text])))
);


--
-- Name: wrong_guess; Type: TABLE; Schema: users; Owner: -
--

CREATE TABLE users.wrong_guess (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    guessed_at timestamp with time zone NOT NULL,
    guesser uuid,
    CONSTRAINT wrong_guess_kind_check CHECK ((kind = ANY (ARRAY['factor'::text, 'password'::text])))
);


--
-- Name: delivery; Type: TABLE; Schema: webhooks; Owner: -
--

CREATE TABLE webhooks.delivery (
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_type text NOT NULL,
    data jsonb NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone,
    response_status integer,
    response_body text,
    error text,
    CONSTRAINT delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
);


--
-- Name: endpoint; Type: TABLE; Schema: webhooks; Owner: -
--

CREATE TABLE webhooks.endpoint (
    id uuid NOT NULL,
    url_sealed bytea NOT NULL,
    secret_sealed bytea NOT NULL,
    previous_sealed bytea,
    previous_until timestamp with time zone,
    event_types text[] NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    disabled_reason text,
    failing_since timestamp with time zone,
    paused_until timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT endpoint_event_types_check CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 100)))
);


--
-- Name: event_20261129; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Name: event_20261130; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: event_20261201; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261201 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2026-12-02 00:00:00+00');


--
-- Name: event_20261202; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261202 FOR VALUES FROM ('2026-12-02 00:00:00+00') TO ('2026-12-03 00:00:00+00');


--
-- Name: event_20261203; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261203 FOR VALUES FROM ('2026-12-03 00:00:00+00') TO ('2026-12-04 00:00:00+00');


--
-- Name: event_20261204; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261204 FOR VALUES FROM ('2026-12-04 00:00:00+00') TO ('2026-12-05 00:00:00+00');


--
-- Name: event_20261205; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261205 FOR VALUES FROM ('2026-12-05 00:00:00+00') TO ('2026-12-06 00:00:00+00');


--
-- Name: event_20261206; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261206 FOR VALUES FROM ('2026-12-06 00:00:00+00') TO ('2026-12-07 00:00:00+00');


--
-- Name: event_20261207; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261207 FOR VALUES FROM ('2026-12-07 00:00:00+00') TO ('2026-12-08 00:00:00+00');


--
-- Name: event_20261208; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261208 FOR VALUES FROM ('2026-12-08 00:00:00+00') TO ('2026-12-09 00:00:00+00');


--
-- Name: event_20261209; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261209 FOR VALUES FROM ('2026-12-09 00:00:00+00') TO ('2026-12-10 00:00:00+00');


--
-- Name: event_20261210; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261210 FOR VALUES FROM ('2026-12-10 00:00:00+00') TO ('2026-12-11 00:00:00+00');


--
-- Name: event_20261211; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261211 FOR VALUES FROM ('2026-12-11 00:00:00+00') TO ('2026-12-12 00:00:00+00');


--
-- Name: event_20261212; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261212 FOR VALUES FROM ('2026-12-12 00:00:00+00') TO ('2026-12-13 00:00:00+00');


--
-- Name: event_20261213; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261213 FOR VALUES FROM ('2026-12-13 00:00:00+00') TO ('2026-12-14 00:00:00+00');


--
-- Name: event_20261214; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.event ATTACH PARTITION logging.event_20261214 FOR VALUES FROM ('2026-12-14 00:00:00+00') TO ('2026-12-15 00:00:00+00');


--
-- Name: rollup_20261129; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Name: rollup_20261130; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: rollup_20261201; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261201 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2026-12-02 00:00:00+00');


--
-- Name: rollup_20261202; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261202 FOR VALUES FROM ('2026-12-02 00:00:00+00') TO ('2026-12-03 00:00:00+00');


--
-- Name: rollup_20261203; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261203 FOR VALUES FROM ('2026-12-03 00:00:00+00') TO ('2026-12-04 00:00:00+00');


--
-- Name: rollup_20261204; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261204 FOR VALUES FROM ('2026-12-04 00:00:00+00') TO ('2026-12-05 00:00:00+00');


--
-- Name: rollup_20261205; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261205 FOR VALUES FROM ('2026-12-05 00:00:00+00') TO ('2026-12-06 00:00:00+00');


--
-- Name: rollup_20261206; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261206 FOR VALUES FROM ('2026-12-06 00:00:00+00') TO ('2026-12-07 00:00:00+00');


--
-- Name: rollup_20261207; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261207 FOR VALUES FROM ('2026-12-07 00:00:00+00') TO ('2026-12-08 00:00:00+00');


--
-- Name: rollup_20261208; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261208 FOR VALUES FROM ('2026-12-08 00:00:00+00') TO ('2026-12-09 00:00:00+00');


--
-- Name: rollup_20261209; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261209 FOR VALUES FROM ('2026-12-09 00:00:00+00') TO ('2026-12-10 00:00:00+00');


--
-- Name: rollup_20261210; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261210 FOR VALUES FROM ('2026-12-10 00:00:00+00') TO ('2026-12-11 00:00:00+00');


--
-- Name: rollup_20261211; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261211 FOR VALUES FROM ('2026-12-11 00:00:00+00') TO ('2026-12-12 00:00:00+00');


--
-- Name: rollup_20261212; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261212 FOR VALUES FROM ('2026-12-12 00:00:00+00') TO ('2026-12-13 00:00:00+00');


--
-- Name: rollup_20261213; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261213 FOR VALUES FROM ('2026-12-13 00:00:00+00') TO ('2026-12-14 00:00:00+00');


--
-- Name: rollup_20261214; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup ATTACH PARTITION logging.rollup_20261214 FOR VALUES FROM ('2026-12-14 00:00:00+00') TO ('2026-12-15 00:00:00+00');


--
-- Name: word_20261129; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Name: word_20261130; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: word_20261201; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261201 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2026-12-02 00:00:00+00');


--
-- Name: word_20261202; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261202 FOR VALUES FROM ('2026-12-02 00:00:00+00') TO ('2026-12-03 00:00:00+00');


--
-- Name: word_20261203; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261203 FOR VALUES FROM ('2026-12-03 00:00:00+00') TO ('2026-12-04 00:00:00+00');


--
-- Name: word_20261204; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261204 FOR VALUES FROM ('2026-12-04 00:00:00+00') TO ('2026-12-05 00:00:00+00');


--
-- Name: word_20261205; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261205 FOR VALUES FROM ('2026-12-05 00:00:00+00') TO ('2026-12-06 00:00:00+00');


--
-- Name: word_20261206; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261206 FOR VALUES FROM ('2026-12-06 00:00:00+00') TO ('2026-12-07 00:00:00+00');


--
-- Name: word_20261207; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261207 FOR VALUES FROM ('2026-12-07 00:00:00+00') TO ('2026-12-08 00:00:00+00');


--
-- Name: word_20261208; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261208 FOR VALUES FROM ('2026-12-08 00:00:00+00') TO ('2026-12-09 00:00:00+00');


--
-- Name: word_20261209; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261209 FOR VALUES FROM ('2026-12-09 00:00:00+00') TO ('2026-12-10 00:00:00+00');


--
-- Name: word_20261210; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261210 FOR VALUES FROM ('2026-12-10 00:00:00+00') TO ('2026-12-11 00:00:00+00');


--
-- Name: word_20261211; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261211 FOR VALUES FROM ('2026-12-11 00:00:00+00') TO ('2026-12-12 00:00:00+00');


--
-- Name: word_20261212; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261212 FOR VALUES FROM ('2026-12-12 00:00:00+00') TO ('2026-12-13 00:00:00+00');


--
-- Name: word_20261213; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261213 FOR VALUES FROM ('2026-12-13 00:00:00+00') TO ('2026-12-14 00:00:00+00');


--
-- Name: word_20261214; Type: TABLE ATTACH; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.word ATTACH PARTITION logging.word_20261214 FOR VALUES FROM ('2026-12-14 00:00:00+00') TO ('2026-12-15 00:00:00+00');


--
-- Name: event_20261129; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Name: event_20261130; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: event_20261201; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261201 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2026-12-02 00:00:00+00');


--
-- Name: event_20261202; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261202 FOR VALUES FROM ('2026-12-02 00:00:00+00') TO ('2026-12-03 00:00:00+00');


--
-- Name: event_20261203; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261203 FOR VALUES FROM ('2026-12-03 00:00:00+00') TO ('2026-12-04 00:00:00+00');


--
-- Name: event_20261204; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261204 FOR VALUES FROM ('2026-12-04 00:00:00+00') TO ('2026-12-05 00:00:00+00');


--
-- Name: event_20261205; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261205 FOR VALUES FROM ('2026-12-05 00:00:00+00') TO ('2026-12-06 00:00:00+00');


--
-- Name: event_20261206; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261206 FOR VALUES FROM ('2026-12-06 00:00:00+00') TO ('2026-12-07 00:00:00+00');


--
-- Name: event_20261207; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261207 FOR VALUES FROM ('2026-12-07 00:00:00+00') TO ('2026-12-08 00:00:00+00');


--
-- Name: event_20261208; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261208 FOR VALUES FROM ('2026-12-08 00:00:00+00') TO ('2026-12-09 00:00:00+00');


--
-- Name: event_20261209; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261209 FOR VALUES FROM ('2026-12-09 00:00:00+00') TO ('2026-12-10 00:00:00+00');


--
-- Name: event_20261210; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261210 FOR VALUES FROM ('2026-12-10 00:00:00+00') TO ('2026-12-11 00:00:00+00');


--
-- Name: event_20261211; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261211 FOR VALUES FROM ('2026-12-11 00:00:00+00') TO ('2026-12-12 00:00:00+00');


--
-- Name: event_20261212; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261212 FOR VALUES FROM ('2026-12-12 00:00:00+00') TO ('2026-12-13 00:00:00+00');


--
-- Name: event_20261213; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261213 FOR VALUES FROM ('2026-12-13 00:00:00+00') TO ('2026-12-14 00:00:00+00');


--
-- Name: event_20261214; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_20261214 FOR VALUES FROM ('2026-12-14 00:00:00+00') TO ('2026-12-15 00:00:00+00');


--
-- Name: inbox_20261129; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Name: inbox_20261130; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: inbox_20261201; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261201 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2026-12-02 00:00:00+00');


--
-- Name: inbox_20261202; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261202 FOR VALUES FROM ('2026-12-02 00:00:00+00') TO ('2026-12-03 00:00:00+00');


--
-- Name: inbox_20261203; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261203 FOR VALUES FROM ('2026-12-03 00:00:00+00') TO ('2026-12-04 00:00:00+00');


--
-- Name: inbox_20261204; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261204 FOR VALUES FROM ('2026-12-04 00:00:00+00') TO ('2026-12-05 00:00:00+00');


--
-- Name: inbox_20261205; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261205 FOR VALUES FROM ('2026-12-05 00:00:00+00') TO ('2026-12-06 00:00:00+00');


--
-- Name: inbox_20261206; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261206 FOR VALUES FROM ('2026-12-06 00:00:00+00') TO ('2026-12-07 00:00:00+00');


--
-- Name: inbox_20261207; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261207 FOR VALUES FROM ('2026-12-07 00:00:00+00') TO ('2026-12-08 00:00:00+00');


--
-- Name: inbox_20261208; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261208 FOR VALUES FROM ('2026-12-08 00:00:00+00') TO ('2026-12-09 00:00:00+00');


--
-- Name: inbox_20261209; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261209 FOR VALUES FROM ('2026-12-09 00:00:00+00') TO ('2026-12-10 00:00:00+00');


--
-- Name: inbox_20261210; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261210 FOR VALUES FROM ('2026-12-10 00:00:00+00') TO ('2026-12-11 00:00:00+00');


--
-- Name: inbox_20261211; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261211 FOR VALUES FROM ('2026-12-11 00:00:00+00') TO ('2026-12-12 00:00:00+00');


--
-- Name: inbox_20261212; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261212 FOR VALUES FROM ('2026-12-12 00:00:00+00') TO ('2026-12-13 00:00:00+00');


--
-- Name: inbox_20261213; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261213 FOR VALUES FROM ('2026-12-13 00:00:00+00') TO ('2026-12-14 00:00:00+00');


--
-- Name: inbox_20261214; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox ATTACH PARTITION platform.inbox_20261214 FOR VALUES FROM ('2026-12-14 00:00:00+00') TO ('2026-12-15 00:00:00+00');


--
-- Data for Name: anchor_trouble; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: anchored; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: archive; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: archiving; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: checkpoint; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: entry; Type: TABLE DATA; Schema: audit; Owner: -
--

INSERT INTO audit.entry VALUES
	('01a22b8f-ffff-7529-9c61-b9cf18b673b1', '2026-11-30 08:26:27.261+00', 'system', 'users', 'authorization.role_assigned', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'success', '01a22b8f-d143-772b-9a09-f7a369c2edcb', '01a22b8fd143772b9a09f7a369c2edcb', '\xf9e57d94e972db028c117449d36378cefecf2fb00ba3a543a697a9a9c3297dee', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('01a22b8f-ffff-752a-b72e-3fb554c85eb2', '2026-11-30 08:26:27.261+00', 'system', 'users', 'authorization.role_assigned', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'success', '01a22b8f-d143-772b-9a09-f7a369c2edcb', '01a22b8fd143772b9a09f7a369c2edcb', '\xa963bbbf28ece6b47ad9ed0adf8246dedbab89e2c362e3b7365da44352657597', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('01a22b8f-ffff-752b-9cf4-243c688cb97d', '2026-11-30 08:26:27.261+00', 'system', 'users', 'users.administrator_created', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'success', '01a22b8f-d143-772b-9a09-f7a369c2edcb', '01a22b8fd143772b9a09f7a369c2edcb', '\x85f48d1b9be43e6a481c49e50d5fce1a40ceeaafd69077a940c8ff1ca7524a14', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('01a22b90-0add-757a-911d-e3e6e2a3a113', '2026-11-30 08:26:29.989+00', 'anonymous', '', 'users.logged_in', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'success', '01a22b90-028c-72fc-855c-020814dd4056', '01a22b90028c72fc855c020814dd4056', '\x76a43562b016142bf8160a19241dc4a9a273173890e160ad0dd013a48c706857', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('01a22b90-1158-7462-8450-c2f79807b564', '2026-11-30 08:26:31.642+00', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'authorization.role_created', 'role', '01a22b90-104e-731a-8671-2108c6813ffa', 'success', '01a22b90-0dd1-72fe-8335-a217ebf2d1d0', '01a22b900dd172fe8335a217ebf2d1d0', '\x5acc0a605044f2a5a2cabb0b5a673ac5e1d116a35ef2621cf9cf5a129134f167', ''),
	('01a22b90-11e9-702a-8ad9-3c72c60a6db0', '2026-11-30 08:26:31.786+00', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'webhooks.created', 'webhook', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'success', '01a22b90-11c9-717d-a5e2-8fb5ac2ff573', '01a22b9011c9717da5e28fb5ac2ff573', '\x7d343b1bb17408dd5a1aecd384ce970583f27a0df1ee3b9104c98239245f48d8', ''),
	('01a22b90-1235-7516-a0ef-b84a4d6d5216', '2026-11-30 08:26:31.863+00', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'scheduler.job_created', 'job', '01a22b90-1220-74d6-8a4b-1506c93c0877', 'success', '01a22b90-11fd-7059-8afb-5e7769440629', '01a22b9011fd70598afb5e7769440629', '\xb20d504af69cdee1293c75164265708b8416aeea6818cf802284aa638de5ae19', ''),
	('01a22b90-132f-7288-ae61-d74c1c703ad2', '2026-11-30 08:26:32.13+00', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'scheduler.schedule_set', 'job', '01a22b90-1220-74d6-8a4b-1506c93c0877', 'success', '01a22b90-1251-710b-8713-29750c656ff9', '01a22b901251710b871329750c656ff9', '\x84511accf9f9bcf8655f3c1009e5e0dca1efcfc6e69320b835d3df282e026154', ''),
	('01a22b90-164d-77a0-86c2-db4bf8cb4c57', '2026-11-30 08:26:32.973+00', 'user', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'scheduler.job_run', 'job', '01a22b90-1220-74d6-8a4b-1506c93c0877', 'success', '01a22b90-13d2-7543-ac55-5e2c17db6a97', '01a22b9013d27543ac555e2c17db6a97', '\xea88a61d052764cbfef8b7885fec224372f970f890d9b3a9206af6ace7907b7c', ''),
	('01a22b90-27cd-77ec-a167-c0d35109dfaf', '2026-11-30 08:26:37.466+00', 'anonymous', '', 'authorization.role_assigned', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'success', '01a22b90-22f5-716c-93a8-4f2eccf86fc8', '01a22b9022f5716c93a84f2eccf86fc8', '\x5eb9712a1d65088ee24cf360fcb4112a464f740b13a2dee48e3ae287580d9ca8', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-27cd-77ed-a2d3-aa144f5a1ca2', '2026-11-30 08:26:37.466+00', 'anonymous', '', 'users.registered', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'success', '01a22b90-22f5-716c-93a8-4f2eccf86fc8', '01a22b9022f5716c93a84f2eccf86fc8', '\x6780ac884dce01d93099be1455acbe3a2579062e65288e232e2a88ad3cf89c24', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-2c42-7657-9a19-d7ec3d3c9c19', '2026-11-30 08:26:38.614+00', 'anonymous', '', 'users.email_verified', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'success', '01a22b90-2b94-7664-b247-8beb57c63732', '01a22b902b947664b2478beb57c63732', '\x97c008c40c4e93ff425d9e7f24a2a0f8a94816924039a51aa68588153eb92344', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-31b4-72bd-acc2-103007a83365', '2026-11-30 08:26:39.925+00', 'anonymous', '', 'users.logged_in', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'success', '01a22b90-2d55-744f-a63a-dd8a700f2b64', '01a22b902d55744fa63add8a700f2b64', '\xfdd78ac1bde7f3ec36a8f523a92b9fd363c8655ced48274dbd706a9a37b345b6', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-384c-70a6-a0dc-3d5495293c55', '2026-11-30 08:26:41.614+00', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'files.uploaded', 'file', '01a22b90-34c9-7046-919f-063fc775d43d', 'success', '01a22b90-34a0-764c-9709-61e22050d021', '01a22b9034a0764c970961e22050d021', '\x48242d29c1b01979f35c51602617cdb579a6afd90199083a59f9f691b83ae7ba', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-411b-7423-a418-e4fa5687f182', '2026-11-30 08:26:43.873+00', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'files.uploaded', 'file', '01a22b90-3a85-73ae-ba88-6566d8c6ebd4', 'success', '01a22b90-3984-72bd-911d-114a045b60a9', '01a22b90398472bd911d114a045b60a9', '\x7c1ae9825dbf6cbd91f5f288cfa3122ef9d86a2e11c7d03303dff3c86b7b0bfc', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-444c-7315-b25e-4bb1463d1e2a', '2026-11-30 08:26:44.762+00', 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', 'profiles.created', 'profile', '01a22b90-43df-7072-bab7-1074a859ddc9', 'success', '01a22b90-424e-7607-ba18-ec74d77e8149', '01a22b90424e7607ba18ec74d77e8149', '\xb7737b4211d55791cc4c20ba8d7cd0909213ca6cfed1bcd884fef4b736d96e6e', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('01a22b90-47a4-704b-a4bb-e92030fec429', '2026-11-30 08:26:45.704+00', 'anonymous', '', 'authorization.role_assigned', 'user', '01a22b90-476a-726c-9d49-defe70b7da78', 'success', '01a22b90-45c1-7135-b3bb-1198a9fcc243', '01a22b9045c17135b3bb1198a9fcc243', '\x29cbd7c8a3bbec05bc6e15d4759bf4a65134cfae01a40550c02cbaf8cb4dabdc', '01a22b90-476a-726c-9d49-defe70b7da78'),
	('01a22b90-47a4-704c-902b-104894bf4206', '2026-11-30 08:26:45.704+00', 'anonymous', '', 'users.registered', 'user', '01a22b90-476a-726c-9d49-defe70b7da78', 'success', '01a22b90-45c1-7135-b3bb-1198a9fcc243', '01a22b9045c17135b3bb1198a9fcc243', '\x53f0d7b580204df02599291d7b627cbf29bff78e35f71abc84a83c3a60bde3ad', '01a22b90-476a-726c-9d49-defe70b7da78'),
	('01a22b90-4c30-77f0-b0f0-1c80e98782b5', '2026-11-30 08:26:46.709+00', 'anonymous', '', 'users.email_verified', 'user', '01a22b90-476a-726c-9d49-defe70b7da78', 'success', '01a22b90-4b5c-71eb-a0eb-d3a92ea4d378', '01a22b904b5c71eba0ebd3a92ea4d378', '\xc410b14ee0fb67b06f9798014567acacda255865f036d67cbf259cb2da39b6cf', '01a22b90-476a-726c-9d49-defe70b7da78'),
	('01a22b90-4e70-7545-a018-e65ee6d979a6', '2026-11-30 08:26:47.283+00', 'anonymous', '', 'users.logged_in', 'user', '01a22b90-476a-726c-9d49-defe70b7da78', 'success', '01a22b90-4c41-7337-bf52-ef2c4d8ef7d6', '01a22b904c417337bf52ef2c4d8ef7d6', '\x37b522849ab4d67f1b68a39b6166804324a0ee0929b05776939d0b888c7066f2', '01a22b90-476a-726c-9d49-defe70b7da78');


--
-- Data for Name: finding; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: head; Type: TABLE DATA; Schema: audit; Owner: -
--

INSERT INTO audit.head VALUES
	(true, 20, '\xb5929e51786f022014978d01191dc06b98d349cbb2a4a077abe0c2da53d6db36', '\x17f75471eb115e7c8dbd4177f071063486d2d3278b9dc3347402af6bfb27f9a936970075bb84b12210386291b8017d21beb739bd2557ad954ee26bfcb40399e2', 'localhost:0/audit/ce19a2d8
20
asodZGnMmPbGJN4ECn3x9TwCQYfGFAEX+lU2FMimesA=

— localhost:0/audit/ce19a2d8 oQh+evUE3ONBjvoE5pJraLiX1OYe/GhXEw/7cBzWWa6arU6ttq5Fx5tSdKR5E6bJsinXOVUHkqJZyuXKXSTq/HnIMAw=
');


--
-- Data for Name: payload; Type: TABLE DATA; Schema: audit; Owner: -
--

INSERT INTO audit.payload VALUES
	('01a22b8f-ffff-7529-9c61-b9cf18b673b1', '\x86e65a0595e8fcba56e69740d9c76dc8', '\x011c36557ffab428a6d52e2b2e13526ba39ee2471f2125dbf5af60d352d551b792f51068e0a01f2113ffc625439b817cb857eced663fdd00104225f117311bfad33ca8989568da93665c6f74774b85477f891ef813c10f33546266592aa1a3', '\x01aafc4437c118ed366e63c8dd95d30020349ee0edf7bc90ea24dfa85431624bac36d48853ebb55a09277b81d62114f439bf273dbda234ee1c308acdad76b9065b299d28160f02161faf4475e418db15b8803dd4cd541089085336222bbfeff4cd176fe5b587'),
	('01a22b8f-ffff-752a-b72e-3fb554c85eb2', '\x2059f1b88696c891e2ffa02fbc4bbfd1', '\x0146cc36eb490aa40744373bdf7136b09f784b47e84d5e9508d5604b7d0b4b8a03d43b1059c5ddb30c6564daeddf73b9df5145c87e351bb609e62fdbb458210485027e876ffb3ff5a8e077d062612e1a7dafc386bf9b01f2598a5f180f72c1d7d9e33bde0da399c77aef9a28fd', '\x010dd93e301fb08f2f95c5a556b8136aaf35874bc73984022497171b4476fdabdfc92344bbd2254b41c0028b0005defee2718a90dcc09e1b8f40fd5e61e10ac37a70d5e0d3f7b4e84082ea44f48be967a4aa1950f60afc90da12fdc7ee9fbfd44d97b9c2d927'),
	('01a22b8f-ffff-752b-9cf4-243c688cb97d', '\x73d59c9dd46b42f1c6824aa5f3cc19e7', '\x01b57983d1f85778a29f0cedaa2a03f6e8bbeb7da35a34afb20f190f9dd4deabaeb410293157828c9e7d33f649a7cd73c6f595ecead0afeffe6847ca2ca8bdbe23529b', '\x01e6d94c649de62b62cb680acd2b32583851447b7dc0c96922e491f454a01fe52fd920be2aa6786dcda1c78185c749628e4aeede7d2179d557c880be1d83b894da2df3611c2108a67d5ecaca7c0f25e42b391853cbb5ff3dcb99b4f98f75455f5af33571d0a0'),
	('01a22b90-0add-757a-911d-e3e6e2a3a113', '\xc0e71c507c9966545b6113dfcef911e6', '\x01571071adffaa4c25222a4171584390092719c86f7875ac97bcc6f795235723978f6a086f261356ed6c42ece6c711400b5e7be1a7df4821da54fe76643d1fa1a2a530f8292a61adff907d6aaf7b21358fc4aae96effc6801d982ad67c34802f28329469433576541a56f1f14ed2708b0d7df746a3', '\x01f14c155b5def3845a0b6292eac681b6eec4d4d96fe1c0d8d1e50c0144507479631c7d8426df51700b25ef112528514d952ecc4211422f38932bf4a4db1caa55395a3f714ca75c5e4b086589f6e1ed6ff6dbd24b92d3e8afd7550d346f9cc5fb9e3a2cf1eb0'),
	('01a22b90-1158-7462-8450-c2f79807b564', '\x454452cea6bd51cfc2664f38ea7f8e5b', '\x015e55b989ab36e60f1866df9c476a7b6c6d6404e3e504129fd268e64ee23e30c6a8b58eaf0248b9388942d055e69429b0716c4dfcbd1da7c9077d5c3bea455d641a4e23db03102fae4a38bc2df966bda3d6783f6e45790881ccc229c0d4123737d8a11660fc27c634d330de300747cbe3ba87398f1131e373349c75f01b28c6b7b659ed9729152754228cf951a1d034ef651593f3c54da3', '\x01b04c163c0908ad2dc21af0631ac3d649605479f3df5c2786b20df46264b5d3a6afb9c49e5d039eba7f876ef7d0d668e38efd8ff97d16b7baef9b71e52c21d07faf95dfb418aced1ed091045948d6ed432a17eb51485232ea003aeefe54130ba48c5c666829'),
	('01a22b90-11e9-702a-8ad9-3c72c60a6db0', '\x5fbb9b63ebc1d89e1a2f70eb80f10789', '\x0145545d5c9d9d1c9c05d84f112ce8e271928d79ce3e92c07502e3da153bcdc5942587f0960016004e9cc6d8d34bc600f6e455dba616cea3eb9da20aee941d2db97cfdc258008a5497cef73b45283622872c2e01ea6e84af664b5a19c2d965aa7c8cb65df29cd32f3c149e6f7e5f8ed0776cda6b', '\x0163bf210c0856b996cc4d4916bcb3ceb34686c1c44c21bc5d52512d959a40c728775ba70ff4426842c6b7c13e762e4e55ce54e7f5609007434507ff1947f1bcce4cd25a7198cc7f86bcd8ba5cf3517a6a890b0962bda1e9aa253913f1359c1663efe3d61b23'),
	('01a22b90-1235-7516-a0ef-b84a4d6d5216', '\xe1222038e22d20d083dfde763fb6c73b', '\x01d82102f6fe4c1213cb936b6c39fc491cc461c7d941182803d21030a20787a4071a0d33095b0c19a07ee43546d9ac2b5065a520880dcdf5a330dda6de5e9b8dae6a220927239602a680b249b28c467e22c92ee994034c5e9c0ba89145e97a9aee8faa38fb4f40c260800132', '\x01611d56587e108fac00194b72b0d27bddaef2b71c31c4de09d54946db8db15e774f91fdc5ea89087e3784472a07c0b206ae5fbaeea1857cce64f21e3ab7dd3650054012d61da950c1059f9e130dcb9fde1f50029b08e2553b88270d2ae2a1916fa7ed2e62bf'),
	('01a22b90-132f-7288-ae61-d74c1c703ad2', '\x0ffb41b9a87cc6893ab6790192179d34', '\x01d7c5752d31f5122d3c227bda2e6483b940fc3030b498bf75a643edf3c791c2f438b8af62f12ebafc65b582212446873d9623a6260546b1e7244217e5a6672f6d6ab2d6316bdc4bbcd057368d4e66b0ce201316360ebae0a2dd8e1f115a70e20cdc00158eb9a8326d6a47873c64c89871407e0fdc3dc07c9407ef0d3c94f048e6bf93d654922028a82be4124a9469f466dbe0e2e404e8e4a9b1', '\x01d7db2e57b5aa41b0f336d39e73f012351123ad271dcc1128645bec754dc04b70089765b376b1d0d6767b11c5415a079db506d7eaa302a26a94d0c70009e590f86e3d91007197ca5311cc258685ce70947aafc56b0dbadd6c2589215cef8376a31ddf011236'),
	('01a22b90-164d-77a0-86c2-db4bf8cb4c57', '\xa06aaddff655612fe02f4a1469d793b3', '\x011bee899dff2e0430351490478dc8126592f2ca65b66672acf40e721ac9cdd77eb704bb0a329c0798c56ff8524b6f6979fe1f5321584a4974114dc29594c9814dabf0396115935167184d706125f9059c121cb78a41a02e850356fb13ff156164b6c62853ade4553571fd4022ca550c2239602d9a4ef1', '\x01595cec36928401896057eb1a1e3d11c79ae0094635bcf05e054c365978ed37c685c0c51ef81e152a42427e3810aaca521e985256ff8b43b1c6553845dbb4b7ebbb467fb6afa3864581e1bee52925365174102afba7a6bc7d596c19a5966f2bb4550f1b9673'),
	('01a22b90-27cd-77ec-a167-c0d35109dfaf', '\xcb7a981a1c5813a3c732f763aadf7df3', '\x01c33b8937fd92c3923f2e6fa8b962f0168b5e10adc669bbfe0d7ac9ec75a5ddc3a4c208647a3fde881acab07d195e1d78c6f88665bf9aa55187aa5cfcd3071986700e10072a29240c452843fb74a97e84cfd91b6e615ca52aa0dead997507', '\x01f6039b9989d5d0c09783da45972103e39f8544dce5fbbea311b65e5019ce88ac59f8f1a1b9c766d0c0369f117cdfe03611621c1d707a4405ef451369d9f3beb2ddab01c5b44fcb596d5994b704f12ad1a22582bab65477a699df31be84352032049c1f088f'),
	('01a22b90-27cd-77ed-a2d3-aa144f5a1ca2', '\x2385b0cdf324b8a83e5ab16fa23673dc', '\x0138ba2bf2bab74baa446dd05cc09270028f1abc0740fb68002efb75e134aa9d28a8f3f73b615b208c65e3b4bacfc4d31d4f222b72a91289ffae2a5788d0c85586f722', '\x01c1ddd5e8d90bd582879d6f6bd891905e11f39ffddd63acab7694d2e0f50d51e275446081b65ecca60243dea302da82cf5c5dd6a98f618618ae82d52e2396a023ff92671ed051c797f6761fbe2cc1594192b54ff74c34a1b95d36dadddef880eb90de8fb974'),
	('01a22b90-2c42-7657-9a19-d7ec3d3c9c19', '\x4b5a62a75c3c0517c83cc048e1b46cfb', '\x01edf0190e1e6a423029f737bdba4aca70249dc826f2dcde6f99008ee2c7fd651e2558e4ac02b0ae39d8d0db0feb2a1da12f9804dabaad21963977521221b49cbe355b', '\x01e0d2728b6b15adda7e938e6825fe711a99c9e259c00162fcd6ad9e05f08067107765b448d79aa3a09611eae1f3211f2bb3de6b995c2264fb671b4392161bb1f3d5eb38f42178283dba05df6325e67640fa08bed2d3516998745c438ae9aa49fc814107bd60'),
	('01a22b90-31b4-72bd-acc2-103007a83365', '\x71842bb2aedf3e9883153bc43dd7c505', '\x016ad4f0fce2e9c5c285f02464f6d8a50a1f27ed975e572be7a0aef4f21afdf7ec83496d7ec38164c7a6ebf717007a8587e215b5dabd2e1459f53477cd240e89eba76414e5884102e6ca0b533e21abb6606519202ca6e6baf603e841ac7876c53231180b371732e7e450a8dbd9108413f80c137ec6', '\x018bddd2658e734d2ddf5041e3c431ad5ab28d16b0886627bc3a0777f431647cceeb577dd455b61136d5cd317a42a7ca79d619eefb92d0136a99e95cd799425f344b700011e284a44989d25dc0a3663964f80770fbf9dc7e474c76a5f9620b51a4e0482957e4'),
	('01a22b90-384c-70a6-a0dc-3d5495293c55', '\x5a6fba216ac6e66c54a8f0694b9daf23', '\x014b3abfe968e2d0a67ce2745de9ba60d2bbd7fe8c5e5a908beeca3c42a329ef07580fd3036d38ea9012e415da5afcd194557ae9b509eb36a483e746ce67680ad08f2eacb89d7e3555427613e25beef38b0c358621adafa597e759e5d079117b1a3d7c7765949e66d793eda1be194494d4e6d05a39abff6f2a061db2b71cca8b30d5a2656cdb6293e0e74fa5875bf727216c8d83f8c1bf6cb401aa2e2fe336645a1d017039e31743a5db6f93fdf019eb025a56518f550faa6e766ccc225d034898fb23760cc1d2acf057fe0b573372e2', '\x0127735523ac680aeed883b89924ee05d1eb2104159d34bc19e2747f678bb5f359efd6a5f4ce5252c357141665469ab4540925512ed29c858a86ee435483c5df6025a5462d412177d461812d4aed1900c668b664668b4c5a613bae07de74c13be4209a617a7c'),
	('01a22b90-411b-7423-a418-e4fa5687f182', '\x8fe7ee35e8cbf1f8bd347d600502616a', '\x017e9c8630bc4ac14e3926b7bc202328603310ca19069c6728c1ea636b05f89850d24f87c842325a4d0db2877c7197556dda5e9320961bb00ef3f65e6e6a900a810461de58f3d27b5698a9bfc6ccd90599b5b5f0439726a639b363f33645ba27c1a57fb6d1ebbeebfbef8e6c947a54276f63cb53b97afce877ab14c0c63a5c29ea7ac458c1283562156116232a36dfc24c0c7a39d00c4c90eaa67afcc8c7b942255ac8625a883f4f1b6fede624379915f3b013f5e499d5e1077a6d20bf4766021831581bead455ce4172ed46', '\x01ae546ac55b6c8e3788b1ff77dc70dde76d1069be0dc9239686da3d6fe57fa0cbeb6803013baa1d6d9047686c9ea6dbb02a2e544bd28a20b8c00f1851e03aaf2f2f318aed711211e03e0467d9a690d390362764bb0b0e5d79e4389707b8453947f00b48a3db'),
	('01a22b90-444c-7315-b25e-4bb1463d1e2a', '\x373ca275dd1af2fde7776cea04d9933d', '\x01af8fb0b281a7a6508cad0452b002b05a5b2330d0aaf6b098c4d4abae43354081ff29f5048bb81c4c21c19c7d58c0620d607e58529bc9d69d4ebb58c7bd0a727ce42d907ae269d448fa75d8381a1f92ef9ff2359fc19d89bf68c5936f91d59cadcc40185515d19a192f4f5316b019f19e92720bb5a2bec5bcca63bc7f40b4f7ab3d06e941e136683bfcfc485af0b31fc05dbe3a5170d88e842b6cf5b3fc80aa97857d60e55c9513f029', '\x0198aae4f3e46a4c589c9f6fac6293799ad2d49ea16573061d836d542bfd2021f45b33205c7cc2681a541bc1330c1d2b5fc6ba084332e54d2531195ededd90280d6c9a9ba7104387b52b9748cf0ba1a06cbefe2fc47c328a3c10cafa9406cb0ef7aaded7ee51'),
	('01a22b90-47a4-704b-a4bb-e92030fec429', '\x48154d818151179f84f24f824f44af67', '\x0161e80138d776c84e6b203ecc2aa6dc5fae33c173099120fcf9bb0b6c11cacec815d898e57987edd8d7cd04738c173316f4bf3d0d53dfa395ce6a0a560dae8f353d571b7dd04dc782ed1d2774156510f823825a17eb40c81d15ad30c67899', '\x0115112021a0a8efcdb97fe58eb464e3b72b2b1cbc56dd66507e2657d8e47e7d5e4d72d632402ae3a0220712973a5c0bf9f3664ad4c49413a1aacb63c7805a9982a8d7a869b0ab67d7a60935c4f0a4aece289e275444baf822f485000ddd639c4acfa216f9e6'),
	('01a22b90-47a4-704c-902b-104894bf4206', '\x214f2918100f22daaec44defa4671b0e', '\x0127244d6059ed8226bf9b65dfa9bafdce00676d89a18ab63739ab64af977d675089ac670a69cef2ab1efd1ebdd2071aab4701ee3de942aaaf741494bf9619c9c225bf', '\x01f8c5b19d7ad758d04aa45e71d7f200f9c71ccc1a6c8ae7533e9adc6e37a83fd3fd7512d380ff720bd789cddceee568bff78cc084631880542e08eb2f2555e71858cad43cf136bb09377f566164224d14c6e88a7fda286a7300f4da7c307b1dfa317548737c'),
	('01a22b90-4c30-77f0-b0f0-1c80e98782b5', '\xbd339f91213c6e26e00e65b71bf7c0a7', '\x012ee83b44be854cdf78cca4fd7e4cdff729f771bca5cbac8385caaf6ce3013c46f2965cf5956cf05a6bc2325c3d69da32737900df95b006a7034433c1071c442032f6', '\x01931ed0b99b98c76af55498fe1b6ea911d4a13b0ad11b02e62d0da6513fa9132e2aea4f6febeb069ebe08e27deb66320beec09d12ddcb73ec1ca20c0e3b9901bb9f9f10b44d1e7a1caabd8f056bacc48e992005d7e2588bc2055cea67afff2c5bdc7e7eb0bb'),
	('01a22b90-4e70-7545-a018-e65ee6d979a6', '\x9b5f6fd26c6684b857b4101a0f8ddc62', '\x01f0f24ec8bf67e1ae713a29cfd7b52b0e35a4a89782888fe90f2cd9cd42a9b4315fb3c88b470cb4e8941b0244c228886310a45f64c5b250ffc57846124ac5605e030c412550d0afd2f204cdb9f9c500b3c78b7f55066b9efa64d738f6fde52eac3ef316655f536e98658c2463fa43050bc8cd2f63', '\x01c85322b58da60ac6d0cd9db6d0dbadd57f7995de47a26fcc486db935b5d7a5a49be6408f21a24b6002040c15c06384967678f7de3cffe9b9efb9fd79ec13626a91b47f1ce5574076a1243b24f58d29edd053cbc6675e23344d7d619b0eadf837e3d73d2903');


--
-- Data for Name: report_trouble; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: restoration; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: run; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: seal; Type: TABLE DATA; Schema: audit; Owner: -
--

INSERT INTO audit.seal VALUES
	(1, '01a22b8f-ffff-7529-9c61-b9cf18b673b1', '\x0000000000000000000000000000000000000000000000000000000000000000', '\x8bca26b24403e5fe1d8913578cae15c51e539b747eeb7cfeb908b7ff69c2401e'),
	(2, '01a22b8f-ffff-752a-b72e-3fb554c85eb2', '\x8bca26b24403e5fe1d8913578cae15c51e539b747eeb7cfeb908b7ff69c2401e', '\x4939beb2dd53db33d4570beb17377a129012f31c6cb482a01ffc966aeb40bbf5'),
	(3, '01a22b8f-ffff-752b-9cf4-243c688cb97d', '\x4939beb2dd53db33d4570beb17377a129012f31c6cb482a01ffc966aeb40bbf5', '\x832d31ab9b29a95b03374a49c8074f81f775ef0385ce27691a61706ebb3a49a7'),
	(4, '01a22b90-0add-757a-911d-e3e6e2a3a113', '\x832d31ab9b29a95b03374a49c8074f81f775ef0385ce27691a61706ebb3a49a7', '\xd1b7299cc45f2a15fe7fa41d74a389b4e9446b986fa2d101cb6d5a79302bb48a'),
	(5, '01a22b90-1158-7462-8450-c2f79807b564', '\xd1b7299cc45f2a15fe7fa41d74a389b4e9446b986fa2d101cb6d5a79302bb48a', '\x4875cb9c4947cfcb8fc8bf4c7b670761563131eadad2dd884f4b52517d57e1b7'),
	(6, '01a22b90-11e9-702a-8ad9-3c72c60a6db0', '\x4875cb9c4947cfcb8fc8bf4c7b670761563131eadad2dd884f4b52517d57e1b7', '\xb9b0db46a3aa73687d786324d0fea8efb4318a986f8744b5c8344e0361a5404c'),
	(7, '01a22b90-1235-7516-a0ef-b84a4d6d5216', '\xb9b0db46a3aa73687d786324d0fea8efb4318a986f8744b5c8344e0361a5404c', '\x3361014ab1008e3329a2231e592dd0953107cbaa7f21269a10e35b3773269f80'),
	(8, '01a22b90-132f-7288-ae61-d74c1c703ad2', '\x3361014ab1008e3329a2231e592dd0953107cbaa7f21269a10e35b3773269f80', '\x059799418084f616df0cc99aebc10ced248788d8d5f6f88bd8f70373c14ade50'),
	(9, '01a22b90-164d-77a0-86c2-db4bf8cb4c57', '\x059799418084f616df0cc99aebc10ced248788d8d5f6f88bd8f70373c14ade50', '\xd26d413706f5dd156f44a8beba563a412488c42ffc83217ab96c0748d7755935'),
	(10, '01a22b90-27cd-77ec-a167-c0d35109dfaf', '\xd26d413706f5dd156f44a8beba563a412488c42ffc83217ab96c0748d7755935', '\x0c18e5535c8f128327e51aa3564384b957d3b4c06e2004bfe99f9e01ead91dca'),
	(11, '01a22b90-27cd-77ed-a2d3-aa144f5a1ca2', '\x0c18e5535c8f128327e51aa3564384b957d3b4c06e2004bfe99f9e01ead91dca', '\xb7396949052beda56ac72fe0298f71ac5a2d69c4a271b47072225de364412b7c'),
	(12, '01a22b90-2c42-7657-9a19-d7ec3d3c9c19', '\xb7396949052beda56ac72fe0298f71ac5a2d69c4a271b47072225de364412b7c', '\xd3f96f5ffc9b1e59293276fee46a1069f504595175c7082105995384f8311b25'),
	(13, '01a22b90-31b4-72bd-acc2-103007a83365', '\xd3f96f5ffc9b1e59293276fee46a1069f504595175c7082105995384f8311b25', '\xf1f6e56a72d9942830553f99fc5afa97c64e9580235575f98079b21df27e4462'),
	(14, '01a22b90-384c-70a6-a0dc-3d5495293c55', '\xf1f6e56a72d9942830553f99fc5afa97c64e9580235575f98079b21df27e4462', '\xb1f418f3b041042b1ca91007f58f8a185dbae10a53e391022f62b5ac50e8f60c'),
	(15, '01a22b90-411b-7423-a418-e4fa5687f182', '\xb1f418f3b041042b1ca91007f58f8a185dbae10a53e391022f62b5ac50e8f60c', '\xe578cfb69fe3c81d4625d1f68953b49338890c097ae1080f29efb1b5b497d510'),
	(16, '01a22b90-444c-7315-b25e-4bb1463d1e2a', '\xe578cfb69fe3c81d4625d1f68953b49338890c097ae1080f29efb1b5b497d510', '\xb442c0bb4f01831b0a2eef34c7df46b3cd34438cc31c1654012ed8417b44a9cc'),
	(17, '01a22b90-47a4-704b-a4bb-e92030fec429', '\xb442c0bb4f01831b0a2eef34c7df46b3cd34438cc31c1654012ed8417b44a9cc', '\x3c48b09f9d422dee61646f66a8bc5a02c2f996f1e3da29cc7fced7213cb19f36'),
	(18, '01a22b90-47a4-704c-902b-104894bf4206', '\x3c48b09f9d422dee61646f66a8bc5a02c2f996f1e3da29cc7fced7213cb19f36', '\x89d19b446aacd33e2f9c07d182b8a1f6fb6a80196d70f0c9292767d607f236e4'),
	(19, '01a22b90-4c30-77f0-b0f0-1c80e98782b5', '\x89d19b446aacd33e2f9c07d182b8a1f6fb6a80196d70f0c9292767d607f236e4', '\x3cb30163ae184c35582b252ef7d2e8c8b145ff3ff21a36c09ee7be3a952ac448'),
	(20, '01a22b90-4e70-7545-a018-e65ee6d979a6', '\x3cb30163ae184c35582b252ef7d2e8c8b145ff3ff21a36c09ee7be3a952ac448', '\xb5929e51786f022014978d01191dc06b98d349cbb2a4a077abe0c2da53d6db36');


--
-- Data for Name: signing_key; Type: TABLE DATA; Schema: audit; Owner: -
--

INSERT INTO audit.signing_key VALUES
	('a1087e7a', 'localhost:0/audit/ce19a2d8', '\x96aa17877b426f9bc94fec11b57a4e047e7614b511122ff43b16ef7d2792f2a6', '\x01a648b7cad3d5ece3b9e9bb170db57b845fff28c6c633ee36ac4d9213c4b5755a811f1c35bdc5c5ecd3e860c16c65f2e4758fb486289a093bd0ea219e3b07aadb4c23121f1a8319252bee20a4', NULL, '2026-11-30 08:26:28.505814+00');


--
-- Data for Name: tree; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: unsealed; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: verified; Type: TABLE DATA; Schema: audit; Owner: -
--



--
-- Data for Name: access_entry; Type: TABLE DATA; Schema: authorization; Owner: -
--



--
-- Data for Name: permission; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".permission VALUES
	('authorization.manage', 'See and change roles, and assign them to users', 'authorization'),
	('authorization.check', 'Check what any user may do, and why', 'authorization'),
	('notifications.read', 'See messages that you created or received', 'notifications'),
	('notifications.write', 'Create, cancel and archive messages', 'notifications'),
	('notifications.manage_all', 'See and manage all messages', 'notifications'),
	('notifications.schedules.manage', 'Schedule messages', 'notifications'),
	('notifications.templates.manage', 'Change the templates of messages', 'notifications'),
	('notifications.reports.read', 'See how all messages were delivered', 'notifications'),
	('notifications.permissions.manage', 'Share your messages with others', 'notifications'),
	('notifications.routing.manage', 'Decide who is notified of incidents', 'notifications'),
	('users.access', 'See and administer accounts', 'users'),
	('files.read', 'See and download own files', 'files'),
	('files.write', 'Upload and change own files', 'files'),
	('files.delete', 'Delete and restore own files', 'files'),
	('files.share', 'Make links to own files', 'files'),
	('files.permissions.manage', 'Decide who else may access own files, and whether they are encrypted', 'files'),
	('files.manage_all', 'See, change and delete the files of all users', 'files'),
	('profiles.read', 'See the own profile', 'profiles'),
	('profiles.write', 'Create and change the own profile', 'profiles'),
	('profiles.public.read', 'See public profiles', 'profiles'),
	('profiles.admin.read', 'See the report on all profiles', 'profiles'),
	('todos.read', 'See own todos', 'todos'),
	('todos.write', 'Create, change and delete own todos', 'todos'),
	('logging.events.write', 'Send log events', 'logging'),
	('logging.events.read', 'Search log events', 'logging'),
	('logging.events.delete', 'Delete log events', 'logging'),
	('logging.alerts.manage', 'Manage alert rules, incidents and silences', 'logging'),
	('logging.access.manage', 'Manage who may use logging', 'logging'),
	('audit.read', 'Search and verify the audit trail', 'audit'),
	('audit.manage', 'Archive old ranges of the audit trail', 'audit'),
	('scheduler.read', 'See your own jobs and those that others share with you', 'scheduler'),
	('scheduler.write', 'Create and change jobs and their schedules', 'scheduler'),
	('scheduler.execute', 'Run jobs at once', 'scheduler'),
	('scheduler.manage', 'Pause, resume, quarantine, replay and deactivate jobs', 'scheduler'),
	('scheduler.manage_all', 'See and manage all jobs', 'scheduler'),
	('scheduler.reports.read', 'See the executions of all jobs, and their report', 'scheduler'),
	('scheduler.permissions.manage', 'Share your jobs with others', 'scheduler'),
	('scheduler.http', 'Have jobs call addresses on the internet', 'scheduler'),
	('observability.read', 'See how the system is, and the messages that failed', 'observability'),
	('observability.manage', 'Replay and discard failed messages', 'observability'),
	('webhooks.read', 'See webhooks and their deliveries', 'webhooks'),
	('webhooks.manage', 'Create, change and delete webhooks, and replay deliveries', 'webhooks');


--
-- Data for Name: permission_seen; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".permission_seen VALUES
	('authorization.manage', '2026-11-30 08:25:54.571809+00'),
	('authorization.check', '2026-11-30 08:25:54.571809+00'),
	('notifications.read', '2026-11-30 08:25:54.571809+00'),
	('notifications.write', '2026-11-30 08:25:54.571809+00'),
	('notifications.manage_all', '2026-11-30 08:25:54.571809+00'),
	('notifications.schedules.manage', '2026-11-30 08:25:54.571809+00'),
	('notifications.templates.manage', '2026-11-30 08:25:54.571809+00'),
	('notifications.reports.read', '2026-11-30 08:25:54.571809+00'),
	('notifications.permissions.manage', '2026-11-30 08:25:54.571809+00'),
	('notifications.routing.manage', '2026-11-30 08:25:54.571809+00'),
	('users.access', '2026-11-30 08:25:54.571809+00'),
	('files.read', '2026-11-30 08:25:54.571809+00'),
	('files.write', '2026-11-30 08:25:54.571809+00'),
	('files.delete', '2026-11-30 08:25:54.571809+00'),
	('files.share', '2026-11-30 08:25:54.571809+00'),
	('files.permissions.manage', '2026-11-30 08:25:54.571809+00'),
	('files.manage_all', '2026-11-30 08:25:54.571809+00'),
	('profiles.read', '2026-11-30 08:25:54.571809+00'),
	('profiles.write', '2026-11-30 08:25:54.571809+00'),
	('profiles.public.read', '2026-11-30 08:25:54.571809+00'),
	('profiles.admin.read', '2026-11-30 08:25:54.571809+00'),
	('todos.read', '2026-11-30 08:25:54.571809+00'),
	('todos.write', '2026-11-30 08:25:54.571809+00'),
	('logging.events.write', '2026-11-30 08:25:54.571809+00'),
	('logging.events.read', '2026-11-30 08:25:54.571809+00'),
	('logging.events.delete', '2026-11-30 08:25:54.571809+00'),
	('logging.alerts.manage', '2026-11-30 08:25:54.571809+00'),
	('logging.access.manage', '2026-11-30 08:25:54.571809+00'),
	('audit.read', '2026-11-30 08:25:54.571809+00'),
	('audit.manage', '2026-11-30 08:25:54.571809+00'),
	('scheduler.read', '2026-11-30 08:25:54.571809+00'),
	('scheduler.write', '2026-11-30 08:25:54.571809+00'),
	('scheduler.execute', '2026-11-30 08:25:54.571809+00'),
	('scheduler.manage', '2026-11-30 08:25:54.571809+00'),
	('scheduler.manage_all', '2026-11-30 08:25:54.571809+00'),
	('scheduler.reports.read', '2026-11-30 08:25:54.571809+00'),
	('scheduler.permissions.manage', '2026-11-30 08:25:54.571809+00'),
	('scheduler.http', '2026-11-30 08:25:54.571809+00'),
	('observability.read', '2026-11-30 08:25:54.571809+00'),
	('observability.manage', '2026-11-30 08:25:54.571809+00'),
	('webhooks.read', '2026-11-30 08:25:54.571809+00'),
	('webhooks.manage', '2026-11-30 08:25:54.571809+00');


--
-- Data for Name: role; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".role VALUES
	('01900000-0000-7000-8000-000000000001', 'admin', true, 1, '2026-11-30 08:25:39.435743+00', DEFAULT, false),
	('01900000-0000-7000-8000-000000000002', 'user', true, 1, '2026-11-30 08:25:39.435743+00', DEFAULT, false),
	('01a22b90-104e-731a-8671-2108c6813ffa', 'پشتیبان', false, 1, '2026-11-30 08:26:31.295695+00', DEFAULT, false);


--
-- Data for Name: role_inclusion; Type: TABLE DATA; Schema: authorization; Owner: -
--



--
-- Data for Name: role_permission; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".role_permission VALUES
	('01900000-0000-7000-8000-000000000002', 'files.read'),
	('01900000-0000-7000-8000-000000000002', 'files.write'),
	('01900000-0000-7000-8000-000000000002', 'files.delete'),
	('01900000-0000-7000-8000-000000000002', 'files.share'),
	('01900000-0000-7000-8000-000000000002', 'files.permissions.manage'),
	('01900000-0000-7000-8000-000000000002', 'profiles.read'),
	('01900000-0000-7000-8000-000000000002', 'profiles.write'),
	('01900000-0000-7000-8000-000000000002', 'profiles.public.read'),
	('01900000-0000-7000-8000-000000000002', 'todos.read'),
	('01900000-0000-7000-8000-000000000002', 'todos.write'),
	('01a22b90-104e-731a-8671-2108c6813ffa', 'authorization.check');


--
-- Data for Name: role_reach; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".role_reach VALUES
	('01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000001'),
	('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000002'),
	('01a22b90-104e-731a-8671-2108c6813ffa', '01a22b90-104e-731a-8671-2108c6813ffa');


--
-- Data for Name: subject; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".subject VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '2026-11-30 08:26:26.559078+00', NULL, NULL),
	('01a22b90-24e4-72fc-979f-2dae73b01823', '2026-11-30 08:26:36.650352+00', NULL, NULL),
	('01a22b90-476a-726c-9d49-defe70b7da78', '2026-11-30 08:26:45.491986+00', NULL, NULL);


--
-- Data for Name: subject_denial; Type: TABLE DATA; Schema: authorization; Owner: -
--



--
-- Data for Name: subject_grant; Type: TABLE DATA; Schema: authorization; Owner: -
--



--
-- Data for Name: subject_role; Type: TABLE DATA; Schema: authorization; Owner: -
--

INSERT INTO "authorization".subject_role VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '01900000-0000-7000-8000-000000000002', '2026-11-30 08:26:26.559078+00'),
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '01900000-0000-7000-8000-000000000001', '2026-11-30 08:26:26.559078+00'),
	('01a22b90-24e4-72fc-979f-2dae73b01823', '01900000-0000-7000-8000-000000000002', '2026-11-30 08:26:36.650352+00'),
	('01a22b90-476a-726c-9d49-defe70b7da78', '01900000-0000-7000-8000-000000000002', '2026-11-30 08:26:45.491986+00');


--
-- Data for Name: migration; Type: TABLE DATA; Schema: bonyan; Owner: -
--

INSERT INTO bonyan.migration VALUES
	('platform', '0001_platform.sql', '41c5969c267b269e39257271d2dc8392b02d520a68812416f34182db0e0a7e23', '2026-11-30 08:25:38.105473+00'),
	('platform', '0002_secret.sql', '1f3c923d86a19f81bbceabfbaadc4734754136c20a1ca535d8ba211d1fb0d656', '2026-11-30 08:25:38.239689+00'),
	('platform', '0003_cause.sql', '440189d476fec247c6ff8ede0f13d0a4edf6160f0aeafb0a19a6be705aabdc71', '2026-11-30 08:25:38.283797+00'),
	('platform', '0004_canonical_name.sql', 'f5be04443b851bb96a36febac022f1f81d74c0f402f667ec41db19b6222a90f5', '2026-11-30 08:25:38.303604+00'),
	('platform', '0005_sealed_mailbox.sql', '8e4f7299a417c92a515529ff00fa7a3fb8615d50313a0e1378d3359c07d5ccba', '2026-11-30 08:25:38.391006+00'),
	('platform', '0006_search_letters.sql', '9f3f6a2d6998886d3d57d7c7e533e441763bac477cc514cc210b0d6a516d127c', '2026-11-30 08:25:38.421434+00'),
	('platform', '0007_search.sql', 'd97fe62c37f54682268d68dc6df92d7d56d7a307dd804af76612ad06d3a936de', '2026-11-30 08:25:38.443045+00'),
	('platform', '0009_language_tag.sql', '39c9193c139b94c96224ffb6bfd21493d418ae3b60e5b4e18854ff4b66d55d21', '2026-11-30 08:25:38.485601+00'),
	('platform', '0010_event_key.sql', 'e58982b347d810500f51a9b3d3370e1d67421707dd6516bad4eed2ed5aa41bce', '2026-11-30 08:25:38.521759+00'),
	('platform', '0011_cursor_known.sql', '2b64771b5908ed516d4e9642210c9798cca7abe952d617e3f0c49f06b4e39fef', '2026-11-30 08:25:38.573082+00'),
	('platform', '0012_unseen_events.sql', '748df8571062da80fa74caba3f84bb0033baaab2568f64dad9db3743bb9848c7', '2026-11-30 08:25:38.724467+00'),
	('platform', '0013_unseen_by_index.sql', '208010bba08a9e63046d72e19c8c62585cc51b7c1f6e6eea90e3995922fb085f', '2026-11-30 08:25:38.844983+00'),
	('platform', '0014_refused_messages.sql', 'c911e30acea156bb34b69677fcf1176bfa5537b9ba1aec39287b9cf6a22b243f', '2026-11-30 08:25:38.910705+00'),
	('platform', '0015_recurring_jobs.sql', '1639e4383f50478f36526f636963759c6ab73793119295709572a70e3d0b8b04', '2026-11-30 08:25:38.934957+00'),
	('platform', '0016_failed_messages.sql', '388f6f7ed5b608bf2eeee9306fe743f81c91dc21516701e0bf40cb399903d51c', '2026-11-30 08:25:38.976387+00'),
	('platform', '0017_failed_messages_concurrently.sql', '3443126c3f9f884e204a1e7b54026826ddf7be8215d8feda29e839aec217d2cf', '2026-11-30 08:25:39.078596+00'),
	('platform', '0018_node_state.sql', '40b30ccd56fa1cabd103cdbb8b9d77bdb76660c4dde203f5861caf654f91f474', '2026-11-30 08:25:39.079482+00'),
	('platform/audit', '0001_entry.sql', '98398948eabd6ddbe8adc8a58a51648bcb22851e316b2c53fdd0904f69dded85', '2026-11-30 08:25:39.116098+00'),
	('platform/audit', '0002_people.sql', '2e063c74c3e15ae91ba4ca445d54decbb32eb849e592bded43b78fc94c4bc58f', '2026-11-30 08:25:39.257302+00'),
	('platform/audit', '0003_bounds.sql', '456daf020025c8b634006e482a04c5bccedfed7c5d3975c9575acde34c4bc52e', '2026-11-30 08:25:39.309238+00'),
	('platform/audit', '0004_search_indexes_concurrently.sql', 'a4422ee39d8071a02942c0c50ba40b8df23e33eabb57499af353166016715467', '2026-11-30 08:25:39.433626+00'),
	('authorization', '0001_role.sql', 'd400542f9a12b730fd66696100c5cb5fd15fa7fadbac50b39d371dce436ddcc6', '2026-11-30 08:25:39.435743+00'),
	('authorization', '0002_inclusion_grant_access.sql', '29e01e700e649f9fc9ad4196fab92bfd0deb7516c8642b33bae957a286df1c95', '2026-11-30 08:25:39.519233+00'),
	('authorization', '0003_absence.sql', '414e3e1262b8e8e54864e702b6362dba0135436c0e72b276ec5c61205d96d6dd', '2026-11-30 08:25:39.591721+00'),
	('authorization', '0004_canonical_name.sql', 'b1c0caf991dc8e0a0cff90c4f0963cc4c08c2f866511a41bb67dc16c75a12e4a', '2026-11-30 08:25:39.63271+00'),
	('authorization', '0005_readable_concurrently.sql', '647e2f362278d7dca5caeb74ee3a5f442b6c6e5a7f4e52ea739dd31a770387d8', '2026-11-30 08:25:40.089459+00'),
	('authorization', '0006_role_statistics.sql', '2d4a52dcf03ee8282ca92085ab95ed1214e15aaf19b1b9c9aec647d3a72c96a3', '2026-11-30 08:25:40.15984+00'),
	('notifications', '0001_message.sql', '715cbcf8f0e2821445badc196a06a7a82ca8836f1184d886763605f2e6b9fd76', '2026-11-30 08:25:40.161751+00'),
	('notifications', '0002_notification.sql', 'f9ba5a58073cd1e28f7c32ed8d699ac319caf969acebf9711cb775c82d64f6fb', '2026-11-30 08:25:40.33629+00'),
	('notifications', '0003_template.sql', '7144f29d7e96b417f5cc324ed20fdad3d14d3fe09357fe56cf1374f54563ac2d', '2026-11-30 08:25:40.50708+00'),
	('notifications', '0004_schedule.sql', '952ea53da7317ba4d86759752885632d829981cc95216046936900919d40bda2', '2026-11-30 08:25:40.543419+00'),
	('notifications', '0005_preference.sql', '68ead71e74d5c7b64f2c65f9b64700e27930f1d6f4df742c277241e381742d5d', '2026-11-30 08:25:40.792995+00'),
	('notifications', '0006_routing.sql', 'cd7ae8dd498301339eb26370b089f494a86208e1859084cbbc6c203b86f188b3', '2026-11-30 08:25:40.824201+00'),
	('notifications', '0007_suppression.sql', 'dfcce9fff48a459be77107e71c69423b224fcf221b1995eb5fb0892ef4bc2190', '2026-11-30 08:25:40.833847+00'),
	('notifications', '0008_room.sql', '4c38e019db163a6dfc036414511d67a4a6537ff782e8af9eee6fd4a2847062bd', '2026-11-30 08:25:40.851818+00'),
	('notifications', '0009_second.sql', 'd8b3ccb27736bb39e471dfe18e3d328ecf0f449c92e05c980435022107f52496', '2026-11-30 08:25:40.86228+00'),
	('notifications', '0010_declined.sql', '1db98a05e9d6999e848a15c57a807415ba9d9fe98e0744910c06907139d2133c', '2026-11-30 08:25:40.898113+00'),
	('notifications', '0011_addressed.sql', '1e47a82f01e4eba690d8a3270638381c2e97734c0f2807836d9696b252ff966e', '2026-11-30 08:25:40.916413+00'),
	('notifications', '0012_logic.sql', '0f70225a9c79617a76a63980b606dea13e84a1c4d24a1de905dbe58c4c6b9c29', '2026-11-30 08:25:40.934866+00'),
	('notifications', '0013_route_target.sql', '2b2e405f3d3feec9279621a46331cff811a7e562310d3bb727d7751de1a3c20c', '2026-11-30 08:25:40.968218+00'),
	('notifications', '0014_canonical_name.sql', 'f9be0856615633e77a5fe9a04b77cfab0a17f7c8fefd33ec429cd1e338af1936', '2026-11-30 08:25:40.973087+00'),
	('notifications', '0016_language_tag.sql', '824578a08d05434d447cbbddcf6aabea5e8a963bd171e9ac728d17800802548b', '2026-11-30 08:25:40.993423+00'),
	('notifications', '0017_waiting.sql', 'dfced56461557fcd9f1cae86ec65de6d3bfeb5760857fc15ed70c63d5f91fb9c', '2026-11-30 08:25:41.01661+00'),
	('notifications', '0018_outage.sql', 'de0c30526d7144f4de05a67a7d8155abef14d65ae5ffd0f37ea881bce7ae174a', '2026-11-30 08:25:41.022005+00'),
	('notifications', '0019_growth_concurrently.sql', '8b8a8f53d3ad6b0a7f7aad9c06453189fa8efe9746f00f5ddb16a67d9b9b3c93', '2026-11-30 08:25:41.055297+00'),
	('notifications', '0020_lists_concurrently.sql', '67445fc782ae9b0ec4cca50c9faefecf70f65f995a8271d515b05d167fb4bb3d', '2026-11-30 08:25:41.105376+00'),
	('notifications', '0021_report.sql', '04959d6963326ee8e4bad30f7d633be21677287a756afd46bd8a489040bfe465', '2026-11-30 08:25:41.105868+00'),
	('notifications', '0022_schedule_author.sql', 'a632507c0fd9bd900ec0f034f2ca90c643c51e2c369bd68232740bc1746f0761', '2026-11-30 08:25:41.141434+00'),
	('notifications', '0023_own_lists_concurrently.sql', '2573638247cb9d92dbb8cff6610bbf0091901f4ec77676bf4937a4503dfd58d6', '2026-11-30 08:25:41.166425+00'),
	('notifications', '0024_report_day.sql', '5faf530b0069f69274e55916a620b7f89fefba556704d41f72f7fd4ddd2fc84b', '2026-11-30 08:25:41.172485+00'),
	('notifications', '0025_template_check.sql', '9e330a8b7521be9f1c0b4d686ae10e7774926707ed6b3d9ea971ca32aa85a590', '2026-11-30 08:25:41.195153+00'),
	('notifications', '0026_preferred_language.sql', '99f446fabc171ac50b0246f5d50ac8a20c9e7ae4bd06e65d370a23e38fdb90ca', '2026-11-30 08:25:41.211479+00'),
	('users', '0001_user.sql', '6dd3b0dd47ff7110f315853516a7b6ba8e77283bebf9c43fc811ca860a958873', '2026-11-30 08:25:41.223001+00'),
	('users', '0002_password_history.sql', 'f436ba6572482dc3ecf725fc56a7820564c1a7be73fd52e6b222e9536a53ce24', '2026-11-30 08:25:41.260462+00'),
	('users', '0003_mailed_link.sql', '9a5887fba2b613775454328f4b6a437fbc4fa173577416229cd69d6fb16f5588', '2026-11-30 08:25:41.280249+00'),
	('users', '0004_device.sql', 'b1c6ac87f71793d87db22b1f10b49c344bff49ab27468403ff1d8a835dfe9fbb', '2026-11-30 08:25:41.28785+00'),
	('users', '0005_account_lock.sql', '1ee90943562136dea90e5631da3563306084933acccf8d7850b823055979625e', '2026-11-30 08:25:41.300094+00'),
	('users', '0006_signing_key_rotation.sql', 'be24fbd6bd3f0aa95bf47242d8ff7284de868c282f4ebc6b1bd441322276087a', '2026-11-30 08:25:41.302854+00'),
	('users', '0007_api_key.sql', '0a306e99ecc26627a5b2e45a33bbc38ca8f2c26ee5f6c18671be8558619bd71d', '2026-11-30 08:25:41.307312+00'),
	('users', '0008_account_administration.sql', 'd6c1ef6fe0b4378498a617209b3facce041a791441779a3f63d34093de34c955', '2026-11-30 08:25:41.325386+00'),
	('users', '0009_invitation.sql', 'babe57e7ef96ae8d3beb899d9296ba7bd16943a2ea5f7ce78fcd5db5491ed29d', '2026-11-30 08:25:41.338507+00'),
	('users', '0010_step_up.sql', 'ddf3adfc08c36380f040ec666c59f9379f025c0c3feeb88019e0ad3485205afe', '2026-11-30 08:25:41.352185+00'),
	('users', '0011_email_change.sql', '4f348cea191bb3ea9e6e35672d0f1c5c6cf212f8582af336f40c911eac5515e0', '2026-11-30 08:25:41.369175+00'),
	('users', '0012_factors.sql', '79a698ed0fdb3a3775e74a676062dc537394ac2d449320535ed8fd6c766ef842', '2026-11-30 08:25:41.384382+00'),
	('users', '0013_external_identity.sql', 'b4c7375df8c0ef22595b3b88afd6ea06a644c2c83f1bce2a75939bcb215b6e3c', '2026-11-30 08:25:41.452142+00'),
	('users', '0014_external_code.sql', 'd3a3b00fb923923e42bcb8e25442912f3cf00c3fa8e9ae1dade940e5e58de1d0', '2026-11-30 08:25:41.462411+00'),
	('users', '0015_code_bounds.sql', 'dfebc64e13e4ac7a2cd93259b295c49f91670f32039bb24a05df37dc3bb11ce6', '2026-11-30 08:25:41.479663+00'),
	('users', '0016_unproved.sql', '6318ddebfd74342c52ac8b9cb8b929eea483e222f534d97010d1ed8130d08516', '2026-11-30 08:25:41.482822+00'),
	('users', '0017_strangers.sql', '9fa9dc3f67828c5f4b616baa772f177617b071e597c65ded473aaecc06a3c10c', '2026-11-30 08:25:41.513488+00'),
	('users', '0018_search.sql', 'f6235e7d7d6a8f2cea66684998ae6f145b2670f1e9b17557a76556cf8ab2b4ff', '2026-11-30 08:25:41.643172+00'),
	('users', '0019_address_forms.sql', 'b49950612a61ce3d675e71ef7e834c0f86618c849ed7771269ce8d5f31f5fefc', '2026-11-30 08:25:41.679361+00'),
	('users', '0020_security_keys.sql', 'fba4911e82d93739d61a0793e901566f660dda9247aae527e2e2b9375d7b55cc', '2026-11-30 08:25:41.708821+00'),
	('users', '0021_growth_concurrently.sql', 'e9d8c18f3b4fbb5b38bdc67ece06aca6b8a224bdd92053098020f3f4b5850a05', '2026-11-30 08:25:42.336271+00'),
	('users', '0022_lists_concurrently.sql', '30d937e473257ce56fede4bed70d2f6af60f73771d0d80431979ab1dabdff85b', '2026-11-30 08:25:42.583692+00'),
	('files', '0001_file.sql', '3e8fd1b054f64cbd429ac61f5ff24750746f7dfca9c1673a263a7268a0b459da', '2026-11-30 08:25:42.586636+00'),
	('files', '0002_link.sql', 'a2cec919543e04590532857042c63599cbe3e5416650c4498c3b2e10fd4666ab', '2026-11-30 08:25:42.787963+00'),
	('files', '0003_encryption.sql', 'df59bb74a5a233280d2f7ec781ce9379fff93a4b80658f9da3182b60b4b1ff8f', '2026-11-30 08:25:42.948561+00'),
	('files', '0004_resumable_upload.sql', 'ed829284f2bc5f8fee28c86f680f1b5d545336b696c0683c82f8e576c13602ea', '2026-11-30 08:25:42.983609+00'),
	('files', '0005_version.sql', 'b97b79ae7792ddf91fd6b0129a103f318ea69a95e17153ee708e0b2b54bbee9e', '2026-11-30 08:25:43.074503+00'),
	('files', '0006_folder.sql', '8f6649e95d4c6f04ed4eeffc0137626c4eaf1aa794fbd8f7c1b3033f347f531d', '2026-11-30 08:25:43.100939+00'),
	('files', '0007_upload_link.sql', '05154fb44cf411bcbbd103fb7bf373b0a607a695e107272bbcdfb4cf89d7a67f', '2026-11-30 08:25:43.346715+00'),
	('files', '0008_presigned_upload.sql', 'e6175cef907311867806f0a165cec78b78f4254e35260191d2392c92cfffac66', '2026-11-30 08:25:43.377971+00'),
	('files', '0009_contents_concurrently.sql', '50914589585d5a453e640a881ff5487f6259d399f4959a7a6579b9b98da04e1d', '2026-11-30 08:25:43.747612+00'),
	('files', '0010_folders_concurrently.sql', 'a0b985e41d87b0db8eb1ba74d46dd1f05413cc553198be2de6ddbede55115d45', '2026-11-30 08:25:43.903087+00'),
	('files', '0011_search_concurrently.sql', '460c61e815cefea6665ca7fdcace34eb9f34a3f80952581d26468a739e012bfc', '2026-11-30 08:25:44.015273+00'),
	('files', '0012_search_statistics.sql', 'ba25c491e71902ea49bef3119785fefdebe8bd92f2cbfa39c325a1cb5a18bc89', '2026-11-30 08:25:44.017038+00'),
	('files', '0016_link_of_api_key.sql', '0b846f133c205bebfd6ccf347b6c2ef390ffa4b14e7262db6d89dc6860846373', '2026-11-30 08:25:44.047979+00'),
	('files', '0017_status_concurrently.sql', '2cefce78cf9caad5f0deac1b3ccc80b1920b19d49c5a9d98a3a8408771d054f4', '2026-11-30 08:25:44.12379+00'),
	('files', '0018_undecided_attempts.sql', '65d1b87667f3d15e44766c6723c12d25b5542c3a7da287454533316d5e564e96', '2026-11-30 08:25:44.125731+00'),
	('files', '0019_gate_item.sql', 'a13bf297ad3123e2c7ac069bc905a7709351491fdaa562c9bed974d861fb5cbe', '2026-11-30 08:25:44.147499+00'),
	('profiles', '0001_profile.sql', '8033982ae35b5673f1fc720e12dec2ffdfa98cba23bad08730278e9a8b5f708d', '2026-11-30 08:25:44.2008+00'),
	('todos', '0001_todo.sql', '7df0a61a35e87f1f075a53e7d495754d742313514367e89b8a7a62b73dccb7cd', '2026-11-30 08:25:44.343907+00'),
	('todos', '0002_label_forms.sql', 'c8d29fcfa24bcbc9a74a4f8a014fda3bf0861644b7daabfb3e721f8f3dc2e692', '2026-11-30 08:25:44.458453+00'),
	('todos', '0003_search.sql', '10513e97c8e9fffcd39afaffe9470777e8765d2c5ef90ee9324a0c2eb8dbb606', '2026-11-30 08:25:44.58435+00'),
	('todos', '0004_label_keys.sql', 'becda05dac1d8e6bfb9dd1217030f9ec652ba9fdc0f5356abcfcf57857d2f82b', '2026-11-30 08:25:44.665231+00'),
	('todos', '0005_lists_concurrently.sql', '356cc9f7a1846578fe657a2de08c8e5e2d8a896d71b4bf2f8a07320ad1bc18e6', '2026-11-30 08:25:44.739687+00'),
	('todos', '0006_label_statistics.sql', '671ddf3a113876f0719e2ab4851c19a0aa22b7bfd0c5a21fba2c43a8dcf3e868', '2026-11-30 08:25:44.756967+00'),
	('logging', '0001_event.sql', '01f32d10055c63227389fea15a2ac791a68d4174e7e97b28f26e5e183ede7841', '2026-11-30 08:25:44.804705+00'),
	('logging', '0002_alert.sql', 'fd4c4f13fa7e732ab168cfb7735ead9a33794d7ded6860b9e811f4ae2a4e806c', '2026-11-30 08:25:44.971852+00'),
	('logging', '0003_word.sql', '6d45d62c69aab8d723ce36a5cfb0e544a4e96537a3ced0cc6d11626b07aa8d38', '2026-11-30 08:25:45.336553+00');
INSERT INTO bonyan.migration VALUES
	('logging', '0004_rule_windows_concurrently.sql', '8d6ea3babbba9210d31d1bdc4bcf07300f98e7d2639648ea53b58df8afccd87e', '2026-11-30 08:25:45.6306+00'),
	('audit', '0001_seal.sql', '0550ea5f095ca52ac3ee016a70229d26884e9e723a742e854179a254ba73c403', '2026-11-30 08:25:45.631996+00'),
	('audit', '0002_archive.sql', '56c8d47fbb54ace9ab1a163cdea2064231339e11a48df40394dddc11ef6ee759', '2026-11-30 08:25:45.950272+00'),
	('audit', '0003_head_guard.sql', '337db8dc463cbca1d8bf683b4f760bc03638de80641549de8ac5dfdf92107147', '2026-11-30 08:25:45.96452+00'),
	('audit', '0004_findings.sql', '9a91e45c5cbacd28ed2730217930d127a53be8730f6f38cfb209976f9a5f7341', '2026-11-30 08:25:45.974519+00'),
	('audit', '0005_anchor_trouble.sql', '0097516512a8d0b6edf0b6552b486e3f56abe1fcd5321cddbeaba5c2abc61762', '2026-11-30 08:25:45.983674+00'),
	('audit', '0006_bounds.sql', '5eb033a83c54ca7ee0b4a7ab50e0f6ecd8067f818166ad50dc1a5cd1912d15e4', '2026-11-30 08:25:45.987085+00'),
	('audit', '0007_incremental_runs.sql', '9721eaa4b3a0c91fb7226d08855b69c3e774f6609ab70b4a46de40331bfe002c', '2026-11-30 08:25:45.997628+00'),
	('scheduler', '0001_job.sql', '0bfccc6714e23fca9626ad9051d47ee23bd19bbb4eb97eff6baacc9db8ea5cee', '2026-11-30 08:25:46.003265+00'),
	('observability', '0001_replay.sql', '729958e7f407040011979d92b3f60f5dd199645bc1462184b74e90af9155bb23', '2026-11-30 08:25:46.296674+00'),
	('observability', '0002_objective.sql', '9eef56eda3f627db1aa342d3246767a66d85fedc196fe9fa39db06664b211cf1', '2026-11-30 08:25:46.956672+00'),
	('webhooks', '0001_webhook.sql', '23d78b01387b2bf020748b9f1105bcc3abd20a4a024184245e90ab4f480bd8f7', '2026-11-30 08:25:46.962263+00');


--
-- Data for Name: access; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: blob; Type: TABLE DATA; Schema: files; Owner: -
--

INSERT INTO files.blob VALUES
	('69796715-ac13-4191-9826-f5592837d713', 'a62c02d38e78faf25bd47b5182579466e09a8825758e5fb4ad242f8d3e646ad4', 900, 1, NULL),
	('e879448a-cc52-448c-954a-84db849d57f6', '6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0', 70, 1, NULL);


--
-- Data for Name: ended_upload; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: file; Type: TABLE DATA; Schema: files; Owner: -
--

INSERT INTO files.file VALUES
	('01a22b90-34c9-7046-919f-063fc775d43d', '01a22b90-24e4-72fc-979f-2dae73b01823', 'notes.txt', NULL, NULL, '{}', 'text/plain', 900, 'a62c02d38e78faf25bd47b5182579466e09a8825758e5fb4ad242f8d3e646ad4', 'available', NULL, NULL, false, 'unscanned', '69796715-ac13-4191-9826-f5592837d713', '69796715-ac13-4191-9826-f5592837d713', NULL, '2026-11-30 08:26:40.71763+00', '2026-11-30 08:26:40.71763+00', '2026-11-30 08:26:43.731297+00', NULL, 3, DEFAULT, DEFAULT, false, NULL, NULL, NULL, NULL, '01a22b90-347a-77a8-a91d-3a3bf65b409e', NULL, NULL, NULL, NULL, false),
	('01a22b90-3a85-73ae-ba88-6566d8c6ebd4', '01a22b90-24e4-72fc-979f-2dae73b01823', 'dot.png', NULL, NULL, '{}', 'image/png', 70, '6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0', 'available', NULL, NULL, false, 'unscanned', 'e879448a-cc52-448c-954a-84db849d57f6', 'e879448a-cc52-448c-954a-84db849d57f6', NULL, '2026-11-30 08:26:42.185107+00', '2026-11-30 08:26:42.185107+00', '2026-11-30 08:26:45.56257+00', NULL, 3, DEFAULT, DEFAULT, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);


--
-- Data for Name: folder; Type: TABLE DATA; Schema: files; Owner: -
--

INSERT INTO files.folder VALUES
	('01a22b90-347a-77a8-a91d-3a3bf65b409e', '01a22b90-24e4-72fc-979f-2dae73b01823', NULL, 'پاییز', DEFAULT, NULL, false, NULL, '2026-11-30 08:26:40.617791+00', '2026-11-30 08:26:40.617791+00', 1);


--
-- Data for Name: folder_work; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: link; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: link_attempt; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: link_use; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: removal; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: upload; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: upload_part; Type: TABLE DATA; Schema: files; Owner: -
--



--
-- Data for Name: usage; Type: TABLE DATA; Schema: files; Owner: -
--

INSERT INTO files.usage VALUES
	('01a22b90-24e4-72fc-979f-2dae73b01823', 970, 2, 1, NULL, NULL);


--
-- Data for Name: corruption; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261129; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261130; Type: TABLE DATA; Schema: logging; Owner: -
--

INSERT INTO logging.event_20261130 VALUES
	('01a22b90-18b9-763e-8c9f-e4b1ba6dd0dd', '2026-11-30 08:26:33.509+00', '2026-11-30 08:26:33.509+00', 5, 'پرداخت سفارش ۱۲ انجام نشد', 'shop', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"orderId":12}', 'پرداخت سفارش <n> انجام نشد', '6a3291636370e02b37e6b8de25654ee5', '\x500d295d07e649803d9fa7730d34512e4ede4858b931e6faa688375d3b8acbb5', '''12'':3,11 ''shop'':8 ''انجام'':4 ''سفارش'':2 ''نشد'':5 ''پرداخت'':1', NULL),
	('01a22b90-18c9-75ba-95af-ce28c555ec81', '2026-11-30 08:26:33.509+00', '2026-11-30 08:26:33.509+00', 5, 'پرداخت سفارش ۱۲ انجام نشد', 'shop', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"orderId":12}', 'پرداخت سفارش <n> انجام نشد', '6a3291636370e02b37e6b8de25654ee5', '\x9dba8ff4d1868717bc74856bcdd0ac4b5a048f0e41cfa734e4cf3ef8d358c1bc', '''12'':3,11 ''shop'':8 ''انجام'':4 ''سفارش'':2 ''نشد'':5 ''پرداخت'':1', NULL),
	('01a22b90-18cc-756c-84df-38d1b43fe854', '2026-11-30 08:26:33.509+00', '2026-11-30 08:26:33.509+00', 5, 'پرداخت سفارش ۱۲ انجام نشد', 'shop', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"orderId":12}', 'پرداخت سفارش <n> انجام نشد', '6a3291636370e02b37e6b8de25654ee5', '\x6ea414fa47e279682f0eaed0dbf114d702052a751e8475f5db3246f1defb4a93', '''12'':3,11 ''shop'':8 ''انجام'':4 ''سفارش'':2 ''نشد'':5 ''پرداخت'':1', NULL),
	('01a22b90-2296-765e-9c40-c85d248b7e83', '2026-11-30 08:26:36.042+00', '2026-11-30 08:26:35.334+00', 5, 'the database does not answer: requests get 503, events and work wait; all of them go on when it is back', 'bonyan', NULL, '01a22b8f-3d38-754d-b203-88121dbcb094', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'Error', NULL, '{}', '{"err":{"type":"Error","message":"Client has encountered a connection error and is not queryable","stack":"Error: Client has encountered a connection error and is not queryable\n    at /work/main/node_modules/pg/lib/client.js:767:27\n    at process.processTicksAndRejections (node:internal/process/task_queues:85:11)"}}', 'the database does not answer: requests get <n>, events and work wait; all of them go on when it is back', '9af54385777bbce0d4d491083cc4021f', '\xdfd80a6939b98d9c270fa994bc9045e590514e0c901826703b3b58be60eea9b8', '''11'':74 ''27'':65 ''503'':8 ''767'':64 ''85'':73 ''a'':36,49 ''all'':13 ''and'':10,39,52 ''answer'':5 ''at'':56,66 ''back'':21 ''bonyan'':24 ''client'':33,46,62 ''connection'':37,50 ''database'':2 ''does'':3 ''encountered'':35,48 ''error'':27,30,38,45,51 ''events'':9 ''get'':7 ''go'':16 ''has'':34,47 ''internal'':70 ''is'':20,40,53 ''it'':19 ''js'':63 ''lib'':61 ''main'':58 ''node'':69 ''node_modules'':59 ''not'':4,41,54 ''of'':14 ''on'':17 ''pg'':60 ''process'':67,71 ''processticksandrejections'':68 ''queryable'':42,55 ''requests'':6 ''task_queues'':72 ''the'':1 ''them'':15 ''wait'':12 ''when'':18 ''work'':11,57', NULL),
	('01a22b90-2518-7332-99e0-53038828841e', '2026-11-30 08:26:36.69+00', '2026-11-30 08:26:36.127+00', 4, 'Audit entries were sealed late', 'bonyan', 'audit', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"ageMs":3491,"origin":"localhost:0/audit/ce19a2d8","toSequence":9,"fromSequence":9,"event":"audit.sealed_late.v1"}', 'Audit entries were sealed late', '0385c56441c2a0635cefc60fe77787e1', '\x7cd87b9439d586bcda0e6618d638e8040ad455321c40c085206716b4d501dea9', '''0'':18 ''3491'':14 ''9'':23,26 ''audit'':1,11,19,29 ''bonyan'':8 ''ce19a2d8'':20 ''entries'':2 ''late'':5 ''localhost'':17 ''sealed'':4 ''sealed_late'':30 ''v1'':31 ''were'':3', NULL),
	('01a22b90-2c26-76ee-8490-3de5b6c10b99', '2026-11-30 08:26:38.491+00', '2026-11-30 08:26:38.315+00', 3, 'A message was sent', 'bonyan', 'notifications', NULL, NULL, NULL, '01a22b90-22f5-716c-93a8-4f2eccf86fc8', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"notificationId":"01a22b90-2621-72ec-86a5-13a00405a8d9","event":"notifications.sent.v1"}', 'A message was sent', 'dc558d7ee29e44e299aa3465e2ece153', '\x3de35bd773491beb750eecf866e862fff382d0db658dc8cc11604b48ea903d9f', '''01a22b90'':13 ''13a00405a8d9'':17 ''2621'':14 ''72ec'':15 ''86a5'':16 ''a'':1 ''bonyan'':7 ''message'':2 ''notifications'':10,20 ''sent'':4,21 ''v1'':22 ''was'':3', NULL),
	('01a22b90-2dd5-768d-a509-e138da84214a', '2026-11-30 08:26:38.933+00', '2026-11-30 08:26:38.401+00', 3, 'the database answers again', 'bonyan', NULL, '01a22b8f-3d38-754d-b203-88121dbcb094', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"failures":2,"seconds":3}', 'the database answers again', '4cdd4f53eae556e3737bfaaf71b59b3d', '\x4d96946b3a05374eb7de5bf8680b24f13ad4f4e677d3587df93167ed492766bb', '''2'':10 ''3'':13 ''again'':4 ''answers'':3 ''bonyan'':7 ''database'':2 ''the'':1', NULL),
	('01a22b90-46d4-7577-a0df-ebc8bbb282ac', '2026-11-30 08:26:45.331+00', '2026-11-30 08:26:44.586+00', 3, 'A profile was created', 'bonyan', 'profiles', NULL, NULL, NULL, '01a22b90-424e-7607-ba18-ec74d77e8149', NULL, 'user', '01a22b90-24e4-72fc-979f-2dae73b01823', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"userId":"01a22b90-24e4-72fc-979f-2dae73b01823","event":"profiles.created.v1"}', 'A profile was created', 'b39fe97ef0845cc9566bc0d2e8568ee9', '\xb8d25a6aa6ac056228ca483c0322278b689daca48bf1dcd36a34fc2d618a6ef5', '''01a22b90'':13 ''24e4'':14 ''2dae73b01823'':17 ''72fc'':15 ''979f'':16 ''a'':1 ''bonyan'':7 ''created'':4,21 ''profile'':2 ''profiles'':10,20 ''v1'':22 ''was'':3', NULL),
	('01a22b90-4c71-7157-827c-448083ff6b51', '2026-11-30 08:26:46.768+00', '2026-11-30 08:26:46.493+00', 3, 'A message was sent', 'bonyan', 'notifications', NULL, NULL, NULL, '01a22b90-45c1-7135-b3bb-1198a9fcc243', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"notificationId":"01a22b90-4795-7676-acc5-e4768e4193a9","event":"notifications.sent.v1"}', 'A message was sent', 'dc558d7ee29e44e299aa3465e2ece153', '\x75270c809b28063ce819b051dd7ceb6e06b0ce718582e60059e787cb7429f573', '''01a22b90'':13 ''4795'':14 ''7676'':15 ''a'':1 ''acc5'':16 ''bonyan'':7 ''e4768e4193a9'':17 ''message'':2 ''notifications'':10,20 ''sent'':4,21 ''v1'':22 ''was'':3', NULL);


--
-- Data for Name: event_20261201; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261202; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261203; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261204; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261205; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261206; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261207; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261208; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261209; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261210; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261211; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261212; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261213; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: event_20261214; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: incident; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: incident_step; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: match_count; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261129; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261130; Type: TABLE DATA; Schema: logging; Owner: -
--

INSERT INTO logging.rollup_20261130 VALUES
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 5, 'shop', '', '', 24731946, 3),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 5, 'shop', '', '', 24731946, 3),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 5, 'shop', '', '', 24731946, 3),
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 5, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 5, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 5, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 4, 'bonyan', 'audit', '', 0, 1),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 4, 'bonyan', 'audit', '', 0, 1),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 4, 'bonyan', 'audit', '', 0, 1),
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 3, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 3, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 3, 'bonyan', '', '', 24731945, 1),
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 3, 'bonyan', 'profiles', '', 0, 1),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 3, 'bonyan', 'profiles', '', 0, 1),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 3, 'bonyan', 'profiles', '', 0, 1),
	('2026-11-30 00:00:00+00', 3600, '2026-11-30 08:00:00+00', 3, 'bonyan', 'notifications', '', 0, 2),
	('2026-11-30 00:00:00+00', 60, '2026-11-30 08:26:00+00', 3, 'bonyan', 'notifications', '', 0, 2),
	('2026-11-30 00:00:00+00', 86400, '2026-11-30 00:00:00+00', 3, 'bonyan', 'notifications', '', 0, 2);


--
-- Data for Name: rollup_20261201; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261202; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261203; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261204; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261205; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261206; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261207; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261208; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261209; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261210; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261211; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261212; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261213; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rollup_20261214; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rule; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: rule_set; Type: TABLE DATA; Schema: logging; Owner: -
--

INSERT INTO logging.rule_set VALUES
	(true, 1);


--
-- Data for Name: silence; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261129; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261130; Type: TABLE DATA; Schema: logging; Owner: -
--

INSERT INTO logging.word_20261130 VALUES
	('2026-11-30 00:00:00+00', 'پرداخت', '{پرد,ردا,داخ,اخت}'),
	('2026-11-30 00:00:00+00', 'سفارش', '{سفا,فار,ارش}'),
	('2026-11-30 00:00:00+00', '12', '{}'),
	('2026-11-30 00:00:00+00', 'انجام', '{انج,نجا,جام}'),
	('2026-11-30 00:00:00+00', 'نشد', '{نشد}'),
	('2026-11-30 00:00:00+00', 'shop', '{sho,hop}'),
	('2026-11-30 00:00:00+00', 'the', '{the}'),
	('2026-11-30 00:00:00+00', 'database', '{dat,ata,tab,aba,bas,ase}'),
	('2026-11-30 00:00:00+00', 'does', '{doe,oes}'),
	('2026-11-30 00:00:00+00', 'not', '{not}'),
	('2026-11-30 00:00:00+00', 'answer', '{ans,nsw,swe,wer}'),
	('2026-11-30 00:00:00+00', 'requests', '{req,equ,que,ues,est,sts}'),
	('2026-11-30 00:00:00+00', 'get', '{get}'),
	('2026-11-30 00:00:00+00', '503', '{503}'),
	('2026-11-30 00:00:00+00', 'events', '{eve,ven,ent,nts}'),
	('2026-11-30 00:00:00+00', 'and', '{and}'),
	('2026-11-30 00:00:00+00', 'work', '{wor,ork}'),
	('2026-11-30 00:00:00+00', 'wait', '{wai,ait}'),
	('2026-11-30 00:00:00+00', 'all', '{all}'),
	('2026-11-30 00:00:00+00', 'of', '{}'),
	('2026-11-30 00:00:00+00', 'them', '{the,hem}'),
	('2026-11-30 00:00:00+00', 'go', '{}'),
	('2026-11-30 00:00:00+00', 'on', '{}'),
	('2026-11-30 00:00:00+00', 'when', '{whe,hen}'),
	('2026-11-30 00:00:00+00', 'it', '{}'),
	('2026-11-30 00:00:00+00', 'is', '{}'),
	('2026-11-30 00:00:00+00', 'back', '{bac,ack}'),
	('2026-11-30 00:00:00+00', 'bonyan', '{bon,ony,nya,yan}'),
	('2026-11-30 00:00:00+00', 'error', '{err,rro,ror}'),
	('2026-11-30 00:00:00+00', 'client', '{cli,lie,ien,ent}'),
	('2026-11-30 00:00:00+00', 'has', '{has}'),
	('2026-11-30 00:00:00+00', 'encountered', '{enc,nco,cou,oun,unt,nte,ter,ere,red}'),
	('2026-11-30 00:00:00+00', 'a', '{}'),
	('2026-11-30 00:00:00+00', 'connection', '{con,onn,nne,nec,ect,cti,tio,ion}'),
	('2026-11-30 00:00:00+00', 'queryable', '{que,uer,ery,rya,yab,abl,ble}'),
	('2026-11-30 00:00:00+00', 'at', '{}'),
	('2026-11-30 00:00:00+00', 'main', '{mai,ain}'),
	('2026-11-30 00:00:00+00', 'node_modules', '{nod,ode,de_,e_m,_mo,mod,odu,dul,ule,les}'),
	('2026-11-30 00:00:00+00', 'pg', '{}'),
	('2026-11-30 00:00:00+00', 'lib', '{lib}'),
	('2026-11-30 00:00:00+00', 'js', '{}'),
	('2026-11-30 00:00:00+00', '767', '{767}'),
	('2026-11-30 00:00:00+00', '27', '{}'),
	('2026-11-30 00:00:00+00', 'process', '{pro,roc,oce,ces,ess}'),
	('2026-11-30 00:00:00+00', 'processticksandrejections', '{pro,roc,oce,ces,ess,sst,sti,tic,ick,cks,ksa,san,and,ndr,dre,rej,eje,jec,ect,cti,tio,ion,ons}'),
	('2026-11-30 00:00:00+00', 'node', '{nod,ode}'),
	('2026-11-30 00:00:00+00', 'internal', '{int,nte,ter,ern,rna,nal}'),
	('2026-11-30 00:00:00+00', 'task_queues', '{tas,ask,sk_,k_q,_qu,que,ueu,eue,ues}'),
	('2026-11-30 00:00:00+00', '85', '{}'),
	('2026-11-30 00:00:00+00', '11', '{}'),
	('2026-11-30 00:00:00+00', 'audit', '{aud,udi,dit}'),
	('2026-11-30 00:00:00+00', 'entries', '{ent,ntr,tri,rie,ies}'),
	('2026-11-30 00:00:00+00', 'were', '{wer,ere}'),
	('2026-11-30 00:00:00+00', 'sealed', '{sea,eal,ale,led}'),
	('2026-11-30 00:00:00+00', 'late', '{lat,ate}'),
	('2026-11-30 00:00:00+00', '3491', '{349,491}'),
	('2026-11-30 00:00:00+00', 'localhost', '{loc,oca,cal,alh,lho,hos,ost}'),
	('2026-11-30 00:00:00+00', '0', '{}'),
	('2026-11-30 00:00:00+00', 'ce19a2d8', '{ce1,e19,19a,9a2,a2d,2d8}'),
	('2026-11-30 00:00:00+00', '9', '{}'),
	('2026-11-30 00:00:00+00', 'sealed_late', '{sea,eal,ale,led,ed_,d_l,_la,lat,ate}'),
	('2026-11-30 00:00:00+00', 'v1', '{}'),
	('2026-11-30 00:00:00+00', 'message', '{mes,ess,ssa,sag,age}'),
	('2026-11-30 00:00:00+00', 'was', '{was}'),
	('2026-11-30 00:00:00+00', 'sent', '{sen,ent}'),
	('2026-11-30 00:00:00+00', 'notifications', '{not,oti,tif,ifi,fic,ica,cat,ati,tio,ion,ons}'),
	('2026-11-30 00:00:00+00', '01a22b90', '{01a,1a2,a22,22b,2b9,b90}'),
	('2026-11-30 00:00:00+00', '2621', '{262,621}'),
	('2026-11-30 00:00:00+00', '72ec', '{72e,2ec}'),
	('2026-11-30 00:00:00+00', '86a5', '{86a,6a5}'),
	('2026-11-30 00:00:00+00', '13a00405a8d9', '{13a,3a0,a00,004,040,405,05a,5a8,a8d,8d9}'),
	('2026-11-30 00:00:00+00', 'v1', '{}'),
	('2026-11-30 00:00:00+00', 'answers', '{ans,nsw,swe,wer,ers}'),
	('2026-11-30 00:00:00+00', 'again', '{aga,gai,ain}'),
	('2026-11-30 00:00:00+00', '2', '{}'),
	('2026-11-30 00:00:00+00', '3', '{}'),
	('2026-11-30 00:00:00+00', 'profile', '{pro,rof,ofi,fil,ile}'),
	('2026-11-30 00:00:00+00', 'was', '{was}'),
	('2026-11-30 00:00:00+00', 'created', '{cre,rea,eat,ate,ted}'),
	('2026-11-30 00:00:00+00', 'profiles', '{pro,rof,ofi,fil,ile,les}'),
	('2026-11-30 00:00:00+00', '01a22b90', '{01a,1a2,a22,22b,2b9,b90}'),
	('2026-11-30 00:00:00+00', '24e4', '{24e,4e4}'),
	('2026-11-30 00:00:00+00', '72fc', '{72f,2fc}'),
	('2026-11-30 00:00:00+00', '979f', '{979,79f}'),
	('2026-11-30 00:00:00+00', '2dae73b01823', '{2da,dae,ae7,e73,73b,3b0,b01,018,182,823}'),
	('2026-11-30 00:00:00+00', 'v1', '{}'),
	('2026-11-30 00:00:00+00', 'message', '{mes,ess,ssa,sag,age}'),
	('2026-11-30 00:00:00+00', 'was', '{was}'),
	('2026-11-30 00:00:00+00', 'sent', '{sen,ent}'),
	('2026-11-30 00:00:00+00', 'notifications', '{not,oti,tif,ifi,fic,ica,cat,ati,tio,ion,ons}'),
	('2026-11-30 00:00:00+00', '01a22b90', '{01a,1a2,a22,22b,2b9,b90}'),
	('2026-11-30 00:00:00+00', '4795', '{479,795}'),
	('2026-11-30 00:00:00+00', '7676', '{767,676}'),
	('2026-11-30 00:00:00+00', 'acc5', '{acc,cc5}'),
	('2026-11-30 00:00:00+00', 'e4768e4193a9', '{e47,476,768,68e,8e4,e41,419,193,93a,3a9}'),
	('2026-11-30 00:00:00+00', 'v1', '{}');


--
-- Data for Name: word_20261201; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261202; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261203; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261204; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261205; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261206; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261207; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261208; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261209; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261210; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261211; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261212; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261213; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: word_20261214; Type: TABLE DATA; Schema: logging; Owner: -
--



--
-- Data for Name: attempt; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.attempt VALUES
	('01a22b90-2621-72ec-86a5-13a00405a8d9', 1, 'captured', '2026-11-30 08:26:38.273+00', 33, 'sent', '01a22b90-2621-72ec-86a5-13a00405a8d9', NULL, NULL),
	('01a22b90-4795-7676-acc5-e4768e4193a9', 1, 'captured', '2026-11-30 08:26:46.246+00', 214, 'sent', '01a22b90-4795-7676-acc5-e4768e4193a9', NULL, NULL);


--
-- Data for Name: channel_second; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: digest; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: inbox; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: message; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.message VALUES
	('01a22b90-2621-72ec-86a5-13a00405a8d9', '01a22b90-24e4-72fc-979f-2dae73b01823', 'email', 'security', 'high', 'users.verification', 'en', '\x01125fae27969e585b83db52acb784af0c925c33f0c3bd20753d3819b83034e6337aede6332c73bd08d9ea5017', '\x01c80574d84c4da228911b2ce3ead6ac8c430e4e8575f12218d39275bfd6314450279400e1578bcb31dbdd0a7caecdd3e2a2d19b2d3b64ba8729ae3715a8c3f3610776db574883e7ed19238177643b316e604665040723dc3e9765190788d5cf047d89b7ad540718c282fa742a1e009c4a47fb50b2e236c32db0cc5a3cdd37414a6a61ea2b9dccc2910332245255d5cae591c1ae18e72b9e62c05ed233131dd6c734c3b4b69a85367d88911df245bd106c1fa4c3aa104cfb53498f0d5118366e26dc6a8350e970246996d1b846e035160c85d720385026277f15e202d74147908e83dc95362ea4ce65aa0b79fce2b6844a1037a69b07ce83acaf3ff226044f1a34a16b7021abe480ef214017fcde54f74cf867f7547bea9a15421dcd3998fd368341278ae9035cdefd5bdeb0d0ed40250e8127c6f1bd48578cc8413ff2803448f24e5756bf3fa81a1b2452dcaf4dce5429c199862d8dc166fb16e5db47da212723938cd078b9c20b810879447e3cdac1dd079d3a2ae654c9d9bdb6af77fd78b7f14ceef55682252b06c07bea4849a735bc65f10dce66fcd4cf11212a2dca01b34f67bb6e77923aa4a0fd0cc822e12fd720242c6869d8cbac32fecf43c460ce06ff4dc3f53bd7e036beafbeee6409d60a5a7de82877431edf9f8a83cd4ad6759beac6743756036cc03d364694441356926bc962f128a417d62ffe8ead1028d0ffac583e5ce4200b8415a17646bfcd60856f132337b8e51d239bcfdaaf55899306101396207d2292fe438a3ed8c08c9e5943fa44e833271bb59989a38d36342e36b37dc298322b67c7f360c45be0aeb518c0b2cb89031af0881cb8333ad19cc3f00a8d68b114f93e9949d203348f5a57b2b19f28060c3fb109823ee72041a9ded32b4ba802dcec6d2ea5b5810f92e29545d7e4193b594710972eacf98b98f49dec5d64a4e61d8add195df2dfeefe8dac50700d247d98fb8d7bbdf1a7b41b27c9df6dda64404b47d25e219cec401589435eef1e41a711ae6026b9688f2fdfa527e5c81dff8cca4c43d322d53f77ac7ba70fb95946f34f8b92d7c1ecb06c4362b4caeaed38eaca806e338f4c16874b84b9a5b7ad832d25ef4426ec41ec8292aa57b23499ed902c3c3fda548fc66e8760c6333b1b854b181cb4c92a6e5460f90d46c23b77c3a87f73f7cbf5e17ddd31c5d292d15106c152d4958e3d84ee5b45a3c47e6d3b2ff6fdae0e2222ab561250700841cf0568664528347b605cc579cb72a4ff33e3a8e207793cb9787bec5063a8c275915f54c60dab7f4f4754d847438c65d05c69e9ad8b5dcde01f953493ef3fe2deed553c0cfc13b40ddb13df3939581462d2eaa783397b1e29138787a051eb1ced06dd0e7f2d63ae5c5dba472fd257f52f046ded1bdfb559c4231a564a952a47646aee473c7e475215f748e2910c22aef687bf7b364ce09a73be8ae4c7ea1e92532df1a22b1f3e3fdb1bbf4d4c35f4d06e7b6c91880f7bd1381fb3e5c0e2ca97a69159095cd65f018604157d1beeddb8f268822b4797f47f2fb82f427ac5872cb93b0a0d89c2370d2d48c5e5da351184141dff99373956573f1d1a742afb92c8bb2184a0877864693b3c0a05f984e8f673cf52468cfa3c8ab67da6174ff0e92f2a35dd9157de15eb9fc5f10801df84112e51fa84f8dce315af562ee69dd9c07b68c94e0ed00d40e53f8a025020cb3e16f1c4de4534746ec01c6afa8801ab6f1872e6c0c6aeb3d8b803b8810a046a86f01f5dd10619f6ccc9bc579a954ccb48f21922b1b4c0ac518f2e42fd032df0f222f078d05d97c8f8c1be2ecae977e0e66dcacd4a1b1b8b2fe78d8c4d476dbd6f9e4400ae027e612d81f6d73bdfc75a000054b50faded4aa0c321bad0c34a39aa14dcabfe0d06ffeb39b2b2cee448ac4b261588deb356701e80a87e2e866d708a54b2f00bb0640bb7706e8bbb88ea32b354ffafc1c8252918b18aa0960f833cd2d8a08bc2d74821b0255f08e87d6bd5ccd7ef7f327038930a5946b23db40a2f9d33d2ee04f222a5f706c1e0ebc8910d1e3e3c809d459cb400ae05b4196304da645b8ce7d865d3e49493e584f87eef3fe4b9ae21c9beae86884c3250366c65c1e81cddce746b31e7f0cdee5b7bb255778d111926a660c62caa89e087a01143e83f3cbd70c0bf7d0cedc385d56e979fccaaac37de9247799e44dc7d776df52bfcbb50bed908d6be206b49fb2a3eb85172eccc3d1e5f319b3a9cd7c05cc13b89ceec11b36dc61f14bd3111f08c0282b509354d956b25028a96686d9b573d1994aee829dd4b1db2742c654434e82106810469b987eab9ac66d5fe611b4774983c826d63477534880deb7d58c0fa33ae35579dc307df68e9ba4661938a3c9a83bd0d7abb7e6bf0c5749cef7c8fc6814f964be713db89c0ca0c3cf1798c69dc96a2af59f84153d63465fd636fd69b102e84b0535bcbd6df01851e8fcc75e997e0610eca1ef5a311b3659ab918f92d8cb33d5347fdbca52bdbbde8c604764486498cb18158b5253269933c62a9813b9bc7a96c577a27899c22150ef75884081bdc17a14ecce43c01baf72864a96bed88a7518aabd93f5c2879a7e52c3c7874b2a7c2c377d7d2a9153012b86776d817b8095a0d0f3671aea75f95ba4c3b32b24225b2e812c8827ce9b888242c898bcab88ab1bbc5fa1bef05407e15456a561c1122affa6984576869dd6a5794d14a3010e5f274c04f53e94362ecba9ab909726afbda4d37f73841383d20c04ee0f45b62fc739eb96e5a023ccaf9876dd09d20635db3760538806fc1abe8ce61e511ed6ae9ee41463eb8c7226bba44f341cfea7727c01557c70555998998fe28724a2eb42683f455b4878a1da593ca986006a3985cada872d98dbad6eb5d46686c27fec005d5b0d53b991f5663288f30194ca74f3b24b191e66dc400cc4c973c24dbfd3a7d1c3b0468021c050c48056da40f5c17d05703932c99b73c7fb72945bb780e9fefb05937b878dd8e7a28555a2320a55f66555df858a630c1fa546843ab4e42be1f9546f59958689fde846e2abaa083260a30e6816999d751707929a9c6168327de804262d86026033f1f4dc499a09289202b4774e13d8f5d7611885e5548c3206952e52a60e32e2f7c5a44b1daaaf519eca0c188cb1fd8c6260e34869f71ac9fe486386370fe85f3721c6dd2fac2e9240e7ee56b66a6925e8dd4c587dc792d0791b85ac7d07795bd105d76adc6b31831a51f83ec5542c5a37568674da7f3d9e7426f3b4ca7651d944c98a6f3d4158e69a13603c03abdb1a3e9c56f62eaf2279d0690fdc6d5e530ba07d3546c4698a4b2d8e408b9604f242ff081e4e9402422dd0020e5da711cd89e3e79e8d5b3d0f6f4e27952e23cc1d231060e1eecf774784fd4a9caa9a2749245e5fa030d55e0566b70bf00cc072ded9b2081b9e19bf96e0b0b72462729c9195ef95b4305714d2158427a10edbb9b7b6057aa62b51eecbb65da60b8e4e01a103660c30d12b853ce3e7a400eab4d5e6759424d3e39ee8013050240de86dfe920b418b96401b388c9be64fccb8c5ee44a5ecb10632fc6efeff8b5ca3637eab8b1dcccc30820b5a90f4f5c0ef1e208cb9f0fcdf0ba74f8aa0001f755bd4ac36551ae2083bac5fd7ce3476d266232dbfd1fefdd159a258d13da08f1a892cc00d079781ad76f17d213397e0e5f39b6efa23621f220fb4587d7c8e564141b037d2771846920ce6d5522555f3285ace2caa7ec4f5b0756563e204fbde07d84e3a7bb7a086e03a6254aebe3feeb1813f026a6ee0858dac18acdd9480b6a789ff126a9fad2aefa40673853e2b3608cdeb24ad592eb70c56d37cd5e6d6be343fb6d54809eb311a53f8f5c0aa4d290fa831072950800473b29128722cdbf63165cbf616cb930d807348e989dcf9e171172d2b5bc17e824a32116de5f43cbad333267653958727e9e23ac5304ab3bd1efc25a7d2120c693a63ec5f804a2820471c856f2c4886908de03dfc1fa90d8454628e63b7a64a49acef61086e4a49a3f5ab42e42217b513f166172502ebc57c130bc1dca6fe8dd63f8b020fa40982cf0fbdea2bed1823bf985aadcddfbb2e909cec6b7cec92178768b2172ed4a96d4f38d60781109c7b2c5df2b721ad0d894604b2db517670690e1cae6eede55eb025cf78bd24afe24477066e2754f7df696fd67de2cede45538ed53b5144a20c1a60bdc6072bcaa485696aa9933c04799e7b80a0b8b4e4702495a03045cc98e656d285bfba61d63d159effa2d0224c9707242029d81c3c5ed39ae548d1784a8c256a0a42542cdabc65a00f454f70409a4677501ef1ee6a6294fcf503870cfec798c326e0811', 'sent', NULL, '2026-11-30 08:26:36.650352+00', '2026-11-30 08:26:38.315205+00', NULL, '01a22b8f-8c40-75d9-a2d5-bab9d29e947c', 1, '\x2f73d8f5083f12a5a221de8b07fea7c756ee55ae6a66b3932c29dcbe11ba1e31', NULL, NULL, NULL, NULL, 0, 1, '2026-11-30 08:26:38.115042+00', '2026-11-30 08:26:38.306+00', NULL, 'captured', NULL, NULL, 0, '2026-11-30 08:36:36.784+00'),
	('01a22b90-4795-7676-acc5-e4768e4193a9', '01a22b90-476a-726c-9d49-defe70b7da78', 'email', 'security', 'high', 'users.verification', 'en', '\x01586703d75e15cf7fca37449af5216f09663bad3841c4b0e5638145760820ec953baea33880ee2fb92a35e72b', '\x014ff805666e220fbdfed321c98323f8c03f7b9d956c42399700e71eca598d02aafb84a13cc2a5aa4568808e57e7decc392ec706abed6fabecc120bd28cf5c59597f49aa49c8455e2735f2efc1504fe8cf6cad427b829490ff64c6849226eebbf9aa0d281f6c68ebad783a0dc3c80aae9e1449240db8627c621fc9dc05c63bd40e6eac1d362c7123cd957b3c4966113f225072b8568c2368b988cddbb0969c59735a04500f055f9ae332175f84f528fa29244e6ba823461f537a2c3449e1b929bf3ab7a5cefb800847f07b46773def190e63cbdb5e93387db2592bfe4c76f35a5803ea42f4035454a6b2f637f46caa83056c08587f00a792c553890c2d65695fa3f9f9ce0133792981b54c97bab9c18fbd11b4add380f3633c69ef83b49ab3ee69238e1d2951d9c591fe0e6185514f8d5f1e2fe6344c641afbf11d6290a900ddf1cbd04bcd45ac147636e321ac528e0c97abdbf837279a8de6c2a0c2bf7524512f2fee3968debc2aeecf879c16525ad8b6ab7265c52872673a4835e26bd96572a19c561f539d659802a404c43d8c3294acb8b7f7afc628ee0fb263f8a4239d46d61fcd6e57b18d55c9077f258bafe56248cbc3d21d13224ac3bec470eee1cdd748396648b1ca43396c156d691c586a877b2a19e29966dabe33e3d76416c2a2033ac4b442bd9a6d53b95ba53fb0668765e13dd2711bdff18193c8e81e40ea83314de44e72a131c9ac0acedd32aba8257a1d7ec2b5d6f0e8f321b80ccf085aff880809e3cb45019bb85b1d2d636fa4c418f452106d491df5462bd689b8554186f46a1d30269e97e48f51a90dc66fadaead9947a3b959d10d3cac164f062f97ba1d6ac8bbf4df52e3a7243ef9473708c28a0ad8c64d6c8578528b6f2428ae84a36f250615d728131002c534c32883823c507f463b63e55f6cd9e91064838e306ee9d47749822ec265d7f41548613898f9ee43fc77c9251e35ae189c58d23f9900d0c27f8802de41dd5752248433e04fb95dd228591c560d3e30f3c943f7c831ec453b0bd4ba40213a12691464df0764a88bed7e62c051c10332d997675733e130a8f6af5370588bd88242bf5220eeea05bd94e1e0db179c1af0c191dcce1fbcb94cc44b9eee77ca57bdc8a5b6775beed49c30ce92fa0f0d6f494005de3a02330faeacf098c39e81fdee717876552ad7c80c2cc33cb88f6d6c578a99ef0520c979646fcd3df4a167e138627b9fa0cf9a54fcf3b1d3d62ab957c2aa96f0f9dbc953bc63b13c827ca90978ec09cc08817c196c5746570a3e3f671383951f7287bf7ea9f602dce843a76523f4994fa4bfd536da36a68bdbdfbecc156684892fae67d805a65f309e8d42a9096721a938b554c6ab22ee0c38c27b14c3319abc6ff7b73c4c3fb64bb611ab602605f21e8d8c157506ce3e0166f01bb943b01c8a069d7025f88f311842b63213208c4ea18d2885df455d4466a22a73106fd9b1ad96a9a21b02b39e8fd337a1a646dba38e5637fee7107227272978af303aecc184d2289856a2cfdd98cadc377e8950dcc6da3941bbd60787747722311c074c8d102b489d669ca1d5597e17baff942491ecf6610397b67c32b2eb0a574dabeb7c307223f631eb40f8633a14d9b87e018858d29884bd14655bedfd8eec0c1bb5510f62f0922ab11cca7e7d0b55514abb47d1fe905ab3d8619b6c9a2779567131b5bc461b490da032ec6f6b19e29b8d1ad0ee7ad387fe91b4ac09a7e16b2290f72c3e6f79d5901b460677ad8788344a05a1403aa01df2a9eba4c7995b91a32855d01c5e1acaa88cc0bede1570acae65fec133885db1a5a3a9d18fd5735581e5b700dbb9f0dc377e1a2b2bae3ad650ebd3161dc244a31c574e05524b39515f22f93c1926ea78a15f112701c17ac9413468c2ac52125d58957b6812deb483796591876bae8a77941f012960d6d198500167be13490dbc0850e3cd50ba20b2230faae62a7f304ec6aa5cadfb70568d5ba33a2092849634df4b4954aeedadfdb5a385f3887216e26d8933d50ea07257a8bc4f7a8eaee639e9bc76e14bdddffa56ecef84a5aa2d4e946cb8ce94bebbbf78c94dd7cae81fe8e2a85201f39628a7cd1d5c42188bce34e27a679a659670f9caaae9836ada24b628f977a3f3850add4918a2f0133386e39c8ef0310cd1f66837f3d193349af79efd04ed0846af72c4f4368873e448df1198c265f030b6c335b8e8217aa76c4dee17bb6bda47dc86e0e0658c582a15aead1dadad12c5cd7c7da0316d35fc6a3a20f290af37a2aa7b4f59dc21da466846bef039a8ed2b2c1b9cd77e4e0a042d9daa00bcdc1214709a545b2cce9906bc1d975afcc5acdc10d9c3e6167e3042907e6a14752345fba1d14f7225f2bf1ad9d6eda83890d0fb5ed8425f5a6e7e6942f982f5209327244a760bfdcd7c7d5e487ba79fec0a0fefa435dd507a540afd5cbd831bdd613c12f324a6317a8428b3918cda819ed146212e4bbeba2b224d2bfa80d98c465f088004dc5396798000fa289c4452ee7768dec2032b4330ab1f86fdfdc3789edf6c8f655dba72c4dd8d6e24797f43268bc84078b42a7604615d273073b3a645ac6d5e57aef30aa7f41702c17c621f03de5ccdae522461c870706b37e47294d906df0f38eb76ef1a71bdf075270e559ae96b9f742d9246aace792583ff1ed565c44fa473c29dca2ebe55692e3f21be475f7802177c060f33a6f1f218aee38e5bf58941bb157f23d68716a05697cec99545ff95cb790a3c1f679189c7373641928b8860a8284a65f170313a31f76c024eae3cd955c0e35b1ed783046ef05ca7005fccc7ad9506b64db10d3134d0928ccd1eb06148496589e30a36471004d7880accbd2813241f18fa8bb4d1cbc29acb54cda07aef49f9918c08cc5a3a9094d4eef0ccae16d9f157b5dfd4fef992b571d152e49f5a838f22abbe192ff91285a55cf687ab1aa3eb7fb1dc190c0f4007638d47dc67a8a40883631f3c9e94ab3510f03f4dbbe057022627cc8529ab1a5994e054731b20db4c65db63c580b3b6932ea0aef40c950bfb2d7bb61135729469f5b103f2f08d2459f359a3f86bff84be40f5998d8523d2619d8fa1fa9ce6a6ab89691faa1d763e218900365707ca7b08011c590aab6a2b0315a2f6f803e99f8d15415a1c21366246830251ed64d95e73c505474157a0bb883f0cdf173d0826cebb5d303183db95c4b116e3eefa52ed89ba082758714160595b526346d8693d51d9b6866006c27d2a5f4ff20fac5127cc2fb0cabd021913a84efada394ef22cf887d67ea9d1565c63b91cd957dfadbfa8e06b2cf2a9a4f74537010bf9ff0f9a89f1ae42b833bcb98f4d4b031df13fb1e25129180a66cfe9c04da867dded89db3713a3c8889b75e8b6105494897ba3ad96ba37046ada4dec4a8b1b1cc8bb6716d7a37274eb0c61647c4900f4ac4f8c8ab2ac0059d8de57096c6e36ec90ab65ebe63ae074e978e4f3108bf706f13df05e96a628950dcaab5ce62e41336da5219f4bf83ccf40e025f4fda1b3aa9f65f62caf38f3b90edad909fdc59dbe1608dcbfb494767682d4ff4f6dd6633e07a686745e3962c59816940f805a8488a7df25dc46cac79b6ca70a77e1e41f6b89aea6306e9eee6890d0cdf87ef98072a329df4e4c85b845bd98a15f2513d61a5d6bcdcede3e0e35b416223a745d275190257078289f938151676d3bf34881602ffff4c1a60b46ab687ca29dceba113bcc3831b84b284b2e800795370bcc448cea87f7cebd40f9cb0fa0b8783e6c6a913069da1d3346a2f2d11507b3f63be30c885e832eca0dcef4ac31508e35b85711404a29fe66c6dfc8fcea22f6a98130a880238c043de6cfa472d9c61ca5e1593d4c6ec6979417ba52180ff788ed06321f184ed8c937acd1a4e963f4e834f3d1fbb8414720e8fea10749ff9e207e755a98efcf16b633c6cf48b81ebcdd4d7cd1e60326ea11cd1c217788b903512cd22b1354b9845fd9a61e63375454ad6c8f184f86911890baacd748bf25e2834d75a666cda1aa0038cbe12370034e8982c77fdd9a4b4f68a4a120cf5bd79173a68a3a5d6e637a9dd1492928e42c06414334ff9d8385dcc041f4a59b2b0dcace6a7cce0fd5e657dd9c738094948bad33bac07709045d0953d0040569098f3b2b2ea3e5b314f026e3936196d683796ff98c73d193e9cf79b42942746d0f9856184e773ab0b90dbf6b7801dfdc939481b402e19c2ee5c67a7694d48d04fa7798ca40408f6404da8b7c8415bfb5d58b07f027adfafd267bb9be00dffef70df31c10786549386702b66bb2d531bbd87903ef0e488e4eb980837a15ae53a548158f87f70f5b6fd17dd5b9b9', 'sent', NULL, '2026-11-30 08:26:45.491986+00', '2026-11-30 08:26:46.493325+00', NULL, '01a22b8f-8c40-75d9-a2d5-bab9d29e947c', 1, '\x85da546c2a673f716b6630a638749ccf0965b82f4a97e112b4f8db4971167a44', NULL, NULL, NULL, NULL, 0, 1, '2026-11-30 08:26:45.91209+00', '2026-11-30 08:26:46.46+00', NULL, 'captured', NULL, NULL, 0, '2026-11-30 08:36:45.513+00');


--
-- Data for Name: opt_out; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: preference; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: recipient; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.recipient VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '\x016886d29fa9372c5b480c9bf0cc1a4ca7eb1276b23e0221f66bf0e871ba23edbfd19e896af1f66783570a24ae2f', 'en', NULL, '\x44032a0145ac42c8da432e1ba9954fb9435f79e31929ac78ef6e1dd15dc6038a', NULL, NULL, NULL),
	('01a22b90-24e4-72fc-979f-2dae73b01823', '\x01e3d6937bdc9706cff26b3e96070a25d86d6da31cb2ddd73a22fae339c86fb2cfe83ecc3fd494e21427bd8d29', 'en', NULL, '\x2f73d8f5083f12a5a221de8b07fea7c756ee55ae6a66b3932c29dcbe11ba1e31', NULL, NULL, NULL),
	('01a22b90-476a-726c-9d49-defe70b7da78', '\x01cb263fda4508d0b89787465a1154ea9a4f1149c2f67b9a861e1cd9805288dea3f1bf62e31eca12321549d32e', 'en', NULL, '\x85da546c2a673f716b6630a638749ccf0965b82f4a97e112b4f8db4971167a44', NULL, NULL, NULL);


--
-- Data for Name: report; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: report_backfill; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: report_change; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.report_change OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'pending', NULL, NULL, 1),
	(2, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'pending', NULL, NULL, -1),
	(3, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'sending', NULL, NULL, 1),
	(4, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'sending', NULL, NULL, -1),
	(5, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', 'captured', 'sent', '2026-11-30 08:00:00+00', 86, 1),
	(6, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'pending', NULL, NULL, 1),
	(7, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'pending', NULL, NULL, -1),
	(8, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'sending', NULL, NULL, 1),
	(9, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', NULL, 'sending', NULL, NULL, -1),
	(10, '2026-11-30 08:00:00+00', 'email', 'security', 'users.verification', 'captured', 'sent', '2026-11-30 08:00:00+00', 80, 1);


--
-- Data for Name: report_day; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: route; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: schedule; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: suppression; Type: TABLE DATA; Schema: notifications; Owner: -
--



--
-- Data for Name: template; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.template VALUES
	('01a22b8f-8a28-72d8-9c1f-423b02bffcc2', 'notifications.incident', 'email', 'en', '{{ severity | upcase }}: {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">Open the incident</a></p>
<p class="note">Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.</p>', 1, true, false, '{{ severity | upcase }}: {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">Open the incident</a></p>
<p class="note">Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8a37-71f0-bd27-1bf620a4098a', 'notifications.incident', 'email', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">مشاهدهٔ رخداد</a></p>
<p class="note">شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.</p>', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">مشاهدهٔ رخداد</a></p>
<p class="note">شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8a50-7704-9daa-badf39f1c875', 'notifications.incident', 'inApp', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8ae3-766a-9c14-9d17c54caa27', 'notifications.incident', 'inApp', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8af2-7449-8eb9-bad36358c87b', 'notifications.incident', 'sms', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8be4-7173-8083-970e66e31ae0', 'notifications.incident', 'sms', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8bed-7769-96d3-d9ae62ae5b8b', 'notifications.incident', 'slack', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8bf4-7672-9a1a-4f9c7c492f9c', 'notifications.incident', 'slack', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8bf9-745f-9e66-2a7eee40cb24', 'notifications.incident', 'teams', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c04-7022-9e8b-56347a53bfef', 'notifications.incident', 'teams', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c06-7043-ae22-40e867e5a101', 'notifications.incident', 'telegram', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c09-7224-aae6-e8d485325e80', 'notifications.incident', 'telegram', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c0c-70f8-9290-291ce299bf9f', 'notifications.incident', 'webhook', 'en', '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', 1, true, false, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c0e-726f-a9a4-70a883d9e0f3', 'notifications.incident', 'webhook', 'fa', 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', 1, true, false, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c12-760b-a213-158f38672078', 'notifications.digest', 'email', 'en', '{{ count | number }} messages from {{ appName }}', '<h1>{{ count | number }} messages for you</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '<h1>{{ count | number }} messages for you</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c14-7329-9cfd-d21305032743', 'notifications.digest', 'email', 'fa', '{{ count | number }} پیام از {{ appName }}', '<h1>{{ count | number }} پیام برای شما</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '<h1>{{ count | number }} پیام برای شما</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c19-72f8-b890-3e355ef0d64d', 'notifications.digest', 'sms', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c1c-7243-bd02-b900becbf4d6', 'notifications.digest', 'sms', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c1f-7746-bb55-9e1d344ee12e', 'notifications.digest', 'push', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c26-7453-ae75-6afa9b97339c', 'notifications.digest', 'push', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c29-7009-8a98-a92eb2d2fcce', 'notifications.digest', 'slack', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c2c-7133-9f14-ba7a6dbcdc82', 'notifications.digest', 'slack', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c2e-7587-9767-552b4fa89dd5', 'notifications.digest', 'teams', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c30-7074-a373-fa38141b79f0', 'notifications.digest', 'teams', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c32-73e6-9f49-111c5e2c8e4f', 'notifications.digest', 'telegram', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c36-7667-a6c6-ef9b3428bea0', 'notifications.digest', 'telegram', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c38-76c8-87ca-320ced22ceb2', 'notifications.digest', 'webhook', 'en', '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c3b-742e-b258-0cf80e4fa0e6', 'notifications.digest', 'webhook', 'fa', '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', 1, true, false, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8c40-75d9-a2d5-bab9d29e947c', 'users.verification', 'email', 'en', '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish creating your {{ appName }} account. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link and choose a password</a></p>
<p class="note">Did you not create an account? Then do not enter the code anywhere: somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', 1, true, false, '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish creating your {{ appName }} account. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link and choose a password</a></p>
<p class="note">Did you not create an account? Then do not enter the code anywhere: somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c4d-77af-8fdf-56e1fb9c5557', 'users.verification', 'email', 'fa', 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ثبت‌نام در {{ appName }}، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید و گذرواژه تعیین کنید</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کد را هیچ‌جا وارد نکنید؛ کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', 1, true, false, 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ثبت‌نام در {{ appName }}، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید و گذرواژه تعیین کنید</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کد را هیچ‌جا وارد نکنید؛ کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c54-7052-8dd9-be96898125e0', 'users.external_verification', 'email', 'en', '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish signing in to {{ appName }} with another provider. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not sign in, somebody gave a wrong address. You can ignore this message.</p>', 1, true, false, '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish signing in to {{ appName }} with another provider. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not sign in, somebody gave a wrong address. You can ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c69-7528-9bd8-2ea7ce5db014', 'users.external_verification', 'email', 'fa', 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ورود به {{ appName }} با سرویس دیگر، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما وارد نشده‌اید، کسی نشانی نادرستی وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', 1, true, false, 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ورود به {{ appName }} با سرویس دیگر، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما وارد نشده‌اید، کسی نشانی نادرستی وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c6f-7188-9689-ccfc280b0a8a', 'users.verification_link', 'email', 'en', 'Confirm your e-mail address for {{ appName }}', '<h1>Confirm your e-mail address</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes. There you choose a password.</p>
<p><a class="button" href="{{ link }}">Confirm the address</a></p>
<p class="note">Did you not create an account? Then somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', 1, true, false, 'Confirm your e-mail address for {{ appName }}', '<h1>Confirm your e-mail address</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes. There you choose a password.</p>
<p><a class="button" href="{{ link }}">Confirm the address</a></p>
<p class="note">Did you not create an account? Then somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c87-7651-9848-11f3ed2beb6a', 'users.verification_link', 'email', 'fa', 'ایمیل خود را در {{ appName }} تأیید کنید', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه. در آن صفحه گذرواژه تعیین می‌کنید.</p>
<p><a class="button" href="{{ link }}">تأیید نشانی</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', 1, true, false, 'ایمیل خود را در {{ appName }} تأیید کنید', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه. در آن صفحه گذرواژه تعیین می‌کنید.</p>
<p><a class="button" href="{{ link }}">تأیید نشانی</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d2f-726a-badc-b91de3bff56f', 'users.email_changed', 'email', 'en', 'The e-mail address of your {{ appName }} account was changed', '<h1>Your e-mail address was changed</h1>
<p>Your account now has the address {{ email }}. Messages no longer come to this one.</p>
<p class="note">If it was not you, tell your administrator at once.</p>', 1, true, false, 'The e-mail address of your {{ appName }} account was changed', '<h1>Your e-mail address was changed</h1>
<p>Your account now has the address {{ email }}. Messages no longer come to this one.</p>
<p class="note">If it was not you, tell your administrator at once.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c8f-76c1-bd3c-925e4524f552', 'users.already_registered', 'email', 'en', 'You already have an account at {{ appName }}', '<h1>You already have an account</h1>
<p>Somebody, probably you, tried to create a {{ appName }} account with this e-mail address. The account exists already, so nothing was changed.</p>
<p>Sign in with your password, or request a new one if you have forgotten it.</p>
<p class="note">If it was not you, you need to do nothing.</p>', 1, true, false, 'You already have an account at {{ appName }}', '<h1>You already have an account</h1>
<p>Somebody, probably you, tried to create a {{ appName }} account with this e-mail address. The account exists already, so nothing was changed.</p>
<p>Sign in with your password, or request a new one if you have forgotten it.</p>
<p class="note">If it was not you, you need to do nothing.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c95-712f-8575-1d3d6dada0b7', 'users.already_registered', 'email', 'fa', 'شما از قبل در {{ appName }} حساب دارید', '<h1>شما از قبل حساب دارید</h1>
<p>کسی، احتمالاً خود شما، خواسته است با این ایمیل در {{ appName }} حساب بسازد. حساب از قبل وجود دارد و چیزی تغییر نکرد.</p>
<p>با گذرواژهٔ خود وارد شوید، یا اگر آن را فراموش کرده‌اید گذرواژهٔ جدید درخواست کنید.</p>
<p class="note">اگر شما نبوده‌اید، لازم نیست کاری انجام دهید.</p>', 1, true, false, 'شما از قبل در {{ appName }} حساب دارید', '<h1>شما از قبل حساب دارید</h1>
<p>کسی، احتمالاً خود شما، خواسته است با این ایمیل در {{ appName }} حساب بسازد. حساب از قبل وجود دارد و چیزی تغییر نکرد.</p>
<p>با گذرواژهٔ خود وارد شوید، یا اگر آن را فراموش کرده‌اید گذرواژهٔ جدید درخواست کنید.</p>
<p class="note">اگر شما نبوده‌اید، لازم نیست کاری انجام دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c97-7186-be0a-b7c4f750cd6c', 'users.password_reset', 'email', 'en', '{{ code }} is your {{ appName }} code for a new password', '<h1>Set a new password</h1>
<p>Enter this code together with your new password. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', 1, true, false, '{{ code }} is your {{ appName }} code for a new password', '<h1>Set a new password</h1>
<p>Enter this code together with your new password. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8c9b-74ba-aab9-edce6fd23857', 'users.password_reset', 'email', 'fa', 'کد گذرواژهٔ جدید {{ appName }}: {{ code }}', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>این کد را همراه گذرواژهٔ جدید وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', 1, true, false, 'کد گذرواژهٔ جدید {{ appName }}: {{ code }}', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>این کد را همراه گذرواژهٔ جدید وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8cb1-70d7-834c-22c307ed082c', 'users.password_reset_link', 'email', 'en', 'Set a new password for {{ appName }}', '<h1>Set a new password</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a new password</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', 1, true, false, 'Set a new password for {{ appName }}', '<h1>Set a new password</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a new password</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8cba-7339-ab7a-62726235a79f', 'users.password_reset_link', 'email', 'fa', 'برای {{ appName }} گذرواژهٔ جدید تعیین کنید', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژهٔ جدید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', 1, true, false, 'برای {{ appName }} گذرواژهٔ جدید تعیین کنید', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژهٔ جدید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8cbf-76e2-9037-15721b965756', 'users.password_required', 'email', 'en', 'Set a password for your {{ appName }} account', '<h1>Set a password for your account</h1>
<p>Your e-mail address is confirmed. A password that was chosen before that may be somebody else''s, so none works. Set one now: the link works once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">Later you can request a new link with “forgotten password”.</p>', 1, true, false, 'Set a password for your {{ appName }} account', '<h1>Set a password for your account</h1>
<p>Your e-mail address is confirmed. A password that was chosen before that may be somebody else''s, so none works. Set one now: the link works once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">Later you can request a new link with “forgotten password”.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8ce4-76ed-966a-47a843e45ab2', 'users.password_required', 'email', 'fa', 'برای حساب خود در {{ appName }} گذرواژه تعیین کنید', '<h1>برای حساب خود گذرواژه تعیین کنید</h1>
<p>نشانی ایمیل شما تأیید شد. گذرواژه‌ای که پیش از آن انتخاب شده شاید از کس دیگری باشد؛ به همین دلیل هیچ‌کدام کار نمی‌کند. اکنون گذرواژه تعیین کنید؛ پیوند فقط یک بار و تا {{ minutes }} دقیقه کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">بعداً می‌توانید با «گذرواژه را فراموش کرده‌ام» پیوند تازه‌ای درخواست کنید.</p>', 1, true, false, 'برای حساب خود در {{ appName }} گذرواژه تعیین کنید', '<h1>برای حساب خود گذرواژه تعیین کنید</h1>
<p>نشانی ایمیل شما تأیید شد. گذرواژه‌ای که پیش از آن انتخاب شده شاید از کس دیگری باشد؛ به همین دلیل هیچ‌کدام کار نمی‌کند. اکنون گذرواژه تعیین کنید؛ پیوند فقط یک بار و تا {{ minutes }} دقیقه کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">بعداً می‌توانید با «گذرواژه را فراموش کرده‌ام» پیوند تازه‌ای درخواست کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d11-74ae-864e-bbc489dabccf', 'users.password_changed', 'email', 'en', 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}</p>
{% if factors.size > 0 %}<p>These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.</p>
<p>Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.</p>{% endif %}
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', 1, true, false, 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}</p>
{% if factors.size > 0 %}<p>These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.</p>
<p>Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.</p>{% endif %}
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d17-772f-9fba-ec164ddc4e7e', 'users.password_changed', 'email', 'fa', 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}</p>
{% if factors.size > 0 %}<p>با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.</p>
<p>اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.</p>{% endif %}
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}</p>
{% if factors.size > 0 %}<p>با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.</p>
<p>اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.</p>{% endif %}
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d1a-70d0-ade5-e85afeb1ea3b', 'users.password_changed', 'inApp', 'en', 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}

{% if factors.size > 0 %}

These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.

Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.

{% endif %}

If it was not you, request a new password at once and tell your administrator.', 1, true, false, 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}

{% if factors.size > 0 %}

These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.

Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.

{% endif %}

If it was not you, request a new password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d24-7787-ae02-c36a04466bc1', 'users.new_device', 'inApp', 'fa', 'ورود به {{ appName }} از دستگاهی جدید', 'ورود از دستگاهی جدید

کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.', 1, true, false, 'ورود به {{ appName }} از دستگاهی جدید', 'ورود از دستگاهی جدید

کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d1c-753d-8943-80a3ee22a218', 'users.password_changed', 'inApp', 'fa', 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}

{% if factors.size > 0 %}

با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.

اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.

{% endif %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', 1, true, false, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}

{% if factors.size > 0 %}

با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.

اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.

{% endif %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d1d-774c-8430-132640a2652c', 'users.password_changed_here', 'email', 'en', 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.</p>
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', 1, true, false, 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.</p>
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d1e-743e-a3cd-5f3a497125e4', 'users.password_changed_here', 'email', 'fa', 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d1f-70fa-83c2-7a693cb8ed09', 'users.password_changed_here', 'inApp', 'en', 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.

If it was not you, request a new password at once and tell your administrator.', 1, true, false, 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.

If it was not you, request a new password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d20-7290-a2f9-72e5c89fb629', 'users.password_changed_here', 'inApp', 'fa', 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', 1, true, false, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d21-72a6-bb24-c5382a5ac634', 'users.new_device', 'email', 'en', 'A sign-in to {{ appName }} from a new device', '<h1>A sign-in from a new device</h1>
<p>Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.</p>
<p class="note">If it was not you, request a new password at once: setting it signs out every device.</p>', 1, true, false, 'A sign-in to {{ appName }} from a new device', '<h1>A sign-in from a new device</h1>
<p>Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.</p>
<p class="note">If it was not you, request a new password at once: setting it signs out every device.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d22-7226-81fd-d457d23dda6a', 'users.new_device', 'email', 'fa', 'ورود به {{ appName }} از دستگاهی جدید', '<h1>ورود از دستگاهی جدید</h1>
<p>کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.</p>', 1, true, false, 'ورود به {{ appName }} از دستگاهی جدید', '<h1>ورود از دستگاهی جدید</h1>
<p>کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d23-7679-8152-1d14f1ada8c3', 'users.new_device', 'inApp', 'en', 'A sign-in to {{ appName }} from a new device', 'A sign-in from a new device

Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.

If it was not you, request a new password at once: setting it signs out every device.', 1, true, false, 'A sign-in to {{ appName }} from a new device', 'A sign-in from a new device

Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.

If it was not you, request a new password at once: setting it signs out every device.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d25-713b-9af9-11d16cedc5da', 'users.invitation', 'email', 'en', 'You are invited to {{ appName }}', '<h1>Welcome, {{ firstName }}</h1>
<p>An administrator of {{ appName }} has created an account for you. Set your password to begin. The link works once, within {{ days }} days.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">If you do not expect an invitation, ignore this message.</p>', 1, true, false, 'You are invited to {{ appName }}', '<h1>Welcome, {{ firstName }}</h1>
<p>An administrator of {{ appName }} has created an account for you. Set your password to begin. The link works once, within {{ days }} days.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">If you do not expect an invitation, ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d26-721d-9324-ae77a3a3494d', 'users.invitation', 'email', 'fa', 'به {{ appName }} دعوت شده‌اید', '<h1>{{ firstName }}، خوش آمدید</h1>
<p>مدیر {{ appName }} برای شما حسابی ساخته است. برای شروع، گذرواژه‌ای تعیین کنید. پیوند فقط یک بار و تا {{ days }} روز کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">اگر منتظر دعوت‌نامه نبودید، این پیام را نادیده بگیرید.</p>', 1, true, false, 'به {{ appName }} دعوت شده‌اید', '<h1>{{ firstName }}، خوش آمدید</h1>
<p>مدیر {{ appName }} برای شما حسابی ساخته است. برای شروع، گذرواژه‌ای تعیین کنید. پیوند فقط یک بار و تا {{ days }} روز کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">اگر منتظر دعوت‌نامه نبودید، این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d27-7475-b52a-1ac772790c83', 'users.token_reused', 'email', 'en', 'A device was signed out of {{ appName }} for safety', '<h1>A device was signed out for safety</h1>
<p>A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.</p>
<p class="note">Sign in there again. If you do not know the device, change your password.</p>', 1, true, false, 'A device was signed out of {{ appName }} for safety', '<h1>A device was signed out for safety</h1>
<p>A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.</p>
<p class="note">Sign in there again. If you do not know the device, change your password.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d29-7351-b729-d0dcbe344dbd', 'users.token_reused', 'email', 'fa', 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', '<h1>یک دستگاه به دلایل امنیتی از حساب خارج شد</h1>
<p>توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.</p>
<p class="note">آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.</p>', 1, true, false, 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', '<h1>یک دستگاه به دلایل امنیتی از حساب خارج شد</h1>
<p>توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.</p>
<p class="note">آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d2a-7337-a8b5-302273aa4f56', 'users.token_reused', 'inApp', 'en', 'A device was signed out of {{ appName }} for safety', 'A device was signed out for safety

A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.

Sign in there again. If you do not know the device, change your password.', 1, true, false, 'A device was signed out of {{ appName }} for safety', 'A device was signed out for safety

A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.

Sign in there again. If you do not know the device, change your password.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d2b-7190-9e90-1f214bd4ec5e', 'users.token_reused', 'inApp', 'fa', 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', 'یک دستگاه به دلایل امنیتی از حساب خارج شد

توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.

آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.', 1, true, false, 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', 'یک دستگاه به دلایل امنیتی از حساب خارج شد

توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.

آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d2d-729a-bbc2-21e5459c8d9d', 'users.email_change', 'email', 'en', '{{ code }} is the {{ appName }} code for your new address', '<h1>Confirm your new e-mail address</h1>
<p>Enter this code to make this the address of your account. It works once, within {{ minutes }} minutes. Until you enter it, the old address stays valid.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not request it, somebody mistyped their address. You can ignore this message.</p>', 1, true, false, '{{ code }} is the {{ appName }} code for your new address', '<h1>Confirm your new e-mail address</h1>
<p>Enter this code to make this the address of your account. It works once, within {{ minutes }} minutes. Until you enter it, the old address stays valid.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not request it, somebody mistyped their address. You can ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d2e-7686-981b-3a3bf86a6c86', 'users.email_change', 'email', 'fa', 'کد تأیید نشانی جدید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل جدید خود را تأیید کنید</h1>
<p>برای اینکه این نشانی، نشانی حساب شما شود، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است. تا وقتی کد را وارد نکنید، نشانی قبلی معتبر می‌ماند.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما درخواست نکرده‌اید، کسی نشانی را اشتباه وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', 1, true, false, 'کد تأیید نشانی جدید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل جدید خود را تأیید کنید</h1>
<p>برای اینکه این نشانی، نشانی حساب شما شود، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است. تا وقتی کد را وارد نکنید، نشانی قبلی معتبر می‌ماند.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما درخواست نکرده‌اید، کسی نشانی را اشتباه وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d30-7101-bcc3-af8c51b78a50', 'users.email_changed', 'email', 'fa', 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', '<h1>نشانی ایمیل شما تغییر کرد</h1>
<p>نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', '<h1>نشانی ایمیل شما تغییر کرد</h1>
<p>نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d32-7389-bc05-9e9f198cbc68', 'users.email_changed', 'inApp', 'en', 'The e-mail address of your {{ appName }} account was changed', 'Your e-mail address was changed

Your account now has the address {{ email }}. Messages no longer come to this one.

If it was not you, tell your administrator at once.', 1, true, false, 'The e-mail address of your {{ appName }} account was changed', 'Your e-mail address was changed

Your account now has the address {{ email }}. Messages no longer come to this one.

If it was not you, tell your administrator at once.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d3f-7719-812e-4674d4187a71', 'users.email_changed', 'inApp', 'fa', 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', 'نشانی ایمیل شما تغییر کرد

نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.

اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.', 1, true, false, 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', 'نشانی ایمیل شما تغییر کرد

نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.

اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d41-771f-bfcc-38f92401efd5', 'users.factor_changed', 'email', 'en', 'The ways to sign in to {{ appName }} have changed', '<h1>The ways to sign in to your account have changed</h1>
<p>{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}</p>
<p class="note">If it was not you, change your password at once and tell your administrator.</p>', 1, true, false, 'The ways to sign in to {{ appName }} have changed', '<h1>The ways to sign in to your account have changed</h1>
<p>{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}</p>
<p class="note">If it was not you, change your password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d45-730e-893e-d67f2d2961eb', 'users.factor_changed', 'email', 'fa', 'روش‌های ورود شما به {{ appName }} تغییر کرد', '<h1>روش‌های ورود به حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'روش‌های ورود شما به {{ appName }} تغییر کرد', '<h1>روش‌های ورود به حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d47-7740-b81a-265c9ada339a', 'users.factor_changed', 'inApp', 'en', 'The ways to sign in to {{ appName }} have changed', 'The ways to sign in to your account have changed

{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}

If it was not you, change your password at once and tell your administrator.', 1, true, false, 'The ways to sign in to {{ appName }} have changed', 'The ways to sign in to your account have changed

{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}

If it was not you, change your password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d48-71db-a738-1e0c0c0384f2', 'users.factor_changed', 'inApp', 'fa', 'روش‌های ورود شما به {{ appName }} تغییر کرد', 'روش‌های ورود به حساب شما تغییر کرد

{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', 1, true, false, 'روش‌های ورود شما به {{ appName }} تغییر کرد', 'روش‌های ورود به حساب شما تغییر کرد

{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d4a-754f-a756-31e38a4434d3', 'users.factors_removed', 'email', 'en', 'The second factors of your {{ appName }} account were removed', '<h1>Your second factors were removed</h1>
<p>An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.</p>
<p class="note">If you did not ask for this, change your password at once and tell your administrator.</p>', 1, true, false, 'The second factors of your {{ appName }} account were removed', '<h1>Your second factors were removed</h1>
<p>An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.</p>
<p class="note">If you did not ask for this, change your password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d4b-76f4-a0d2-305f2e1688f6', 'users.factors_removed', 'email', 'fa', 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', '<h1>عامل‌های دوم حساب شما حذف شد</h1>
<p>مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.</p>
<p class="note">اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', '<h1>عامل‌های دوم حساب شما حذف شد</h1>
<p>مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.</p>
<p class="note">اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d4e-763b-bc3b-69c66456e4a3', 'users.factors_removed', 'inApp', 'en', 'The second factors of your {{ appName }} account were removed', 'Your second factors were removed

An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.

If you did not ask for this, change your password at once and tell your administrator.', 1, true, false, 'The second factors of your {{ appName }} account were removed', 'Your second factors were removed

An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.

If you did not ask for this, change your password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d51-74da-800f-194223cb173d', 'users.factors_removed', 'inApp', 'fa', 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', 'عامل‌های دوم حساب شما حذف شد

مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.

اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', 1, true, false, 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', 'عامل‌های دوم حساب شما حذف شد

مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.

اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8d61-7571-a7ae-b81230bb918f', 'users.api_key_changed', 'email', 'en', 'The API keys of your {{ appName }} account have changed', '<h1>The API keys of your account have changed</h1>
<p>{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}</p>
<p class="note">If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.</p>', 1, true, false, 'The API keys of your {{ appName }} account have changed', '<h1>The API keys of your account have changed</h1>
<p>{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}</p>
<p class="note">If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8deb-72fe-8552-f132c98877c5', 'users.account_changed', 'email', 'en', 'An administrator has changed your {{ appName }} account', '<h1>An administrator has changed your account</h1>
<p>{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', 1, true, false, 'An administrator has changed your {{ appName }} account', '<h1>An administrator has changed your account</h1>
<p>{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d6a-73e0-83e8-3eb31defbe95', 'users.api_key_changed', 'email', 'fa', 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', '<h1>کلیدهای API حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.</p>', 1, true, false, 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', '<h1>کلیدهای API حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d71-7156-8bfe-dc824173f480', 'users.api_key_changed', 'inApp', 'en', 'The API keys of your {{ appName }} account have changed', 'The API keys of your account have changed

{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}

If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.', 1, true, false, 'The API keys of your {{ appName }} account have changed', 'The API keys of your account have changed

{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}

If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d73-735e-b8ec-a375547787cf', 'users.api_key_changed', 'inApp', 'fa', 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', 'کلیدهای API حساب شما تغییر کرد

{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.', 1, true, false, 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', 'کلیدهای API حساب شما تغییر کرد

{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d77-7560-b41b-a948de85b9b6', 'users.rights_changed', 'email', 'en', 'The rights of your {{ appName }} account have changed', '<h1>The rights of your account have changed</h1>
<p>An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', 1, true, false, 'The rights of your {{ appName }} account have changed', '<h1>The rights of your account have changed</h1>
<p>An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d8e-77e9-af85-5d3abae15892', 'users.rights_changed', 'email', 'fa', 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', '<h1>دسترسی‌های حساب شما تغییر کرد</h1>
<p>مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', 1, true, false, 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', '<h1>دسترسی‌های حساب شما تغییر کرد</h1>
<p>مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d97-7645-be0b-7670d0af5642', 'users.rights_changed', 'inApp', 'en', 'The rights of your {{ appName }} account have changed', 'The rights of your account have changed

An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}

If you did not expect it, ask your administrator.', 1, true, false, 'The rights of your {{ appName }} account have changed', 'The rights of your account have changed

An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}

If you did not expect it, ask your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8d9c-7277-8e94-583f45d093d5', 'users.rights_changed', 'inApp', 'fa', 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', 'دسترسی‌های حساب شما تغییر کرد

مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', 1, true, false, 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', 'دسترسی‌های حساب شما تغییر کرد

مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8f39-750b-9fb0-85ef9a01fe48', 'profiles.contact_changed', 'email', 'en', 'The contact data of your profile has changed', '<h1>Your contact data has changed</h1>
<p>The contact data of your profile has changed. If this was not you, change your password, and look at your profile.</p>', 1, true, false, 'The contact data of your profile has changed', '<h1>Your contact data has changed</h1>
<p>The contact data of your profile has changed. If this was not you, change your password, and look at your profile.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8e1b-7041-8a80-64c1441ac9a1', 'users.account_changed', 'email', 'fa', 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', '<h1>مدیر سامانه حساب شما را تغییر داد</h1>
<p>{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', 1, true, false, 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', '<h1>مدیر سامانه حساب شما را تغییر داد</h1>
<p>{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8e2c-7693-9047-84c4f2eab137', 'users.account_changed', 'inApp', 'en', 'An administrator has changed your {{ appName }} account', 'An administrator has changed your account

{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}

If you did not expect it, ask your administrator.', 1, true, false, 'An administrator has changed your {{ appName }} account', 'An administrator has changed your account

{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}

If you did not expect it, ask your administrator.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8e4f-7053-bd8a-90b7e2007609', 'users.account_changed', 'inApp', 'fa', 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', 'مدیر سامانه حساب شما را تغییر داد

{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', 1, true, false, 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', 'مدیر سامانه حساب شما را تغییر داد

{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-8e60-76f2-a25c-2637d1c47a52', 'files.infected', 'email', 'en', 'A file that you uploaded is infected', '<h1>A file that you uploaded is infected</h1>
<p>The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.</p>
<p>Check the device from which you uploaded it, and delete the file.</p>', 1, true, false, 'A file that you uploaded is infected', '<h1>A file that you uploaded is infected</h1>
<p>The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.</p>
<p>Check the device from which you uploaded it, and delete the file.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8ea7-7071-af01-60b9f447eb10', 'files.infected', 'email', 'fa', 'فایلی که آپلود کردید آلوده است', '<h1>فایلی که آپلود کردید آلوده است</h1>
<p>ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.</p>
<p>دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.</p>', 1, true, false, 'فایلی که آپلود کردید آلوده است', '<h1>فایلی که آپلود کردید آلوده است</h1>
<p>ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.</p>
<p>دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8f04-74ce-969b-965c3248deba', 'files.infected', 'inApp', 'en', 'A file that you uploaded is infected', 'A file that you uploaded is infected

The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.

Check the device from which you uploaded it, and delete the file.', 1, true, false, 'A file that you uploaded is infected', 'A file that you uploaded is infected

The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.

Check the device from which you uploaded it, and delete the file.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8f35-75ce-b029-16925942019e', 'files.infected', 'inApp', 'fa', 'فایلی که آپلود کردید آلوده است', 'فایلی که آپلود کردید آلوده است

ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.

دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.', 1, true, false, 'فایلی که آپلود کردید آلوده است', 'فایلی که آپلود کردید آلوده است

ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.

دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8f73-750b-ab3e-7d3c04025077', 'profiles.contact_changed', 'email', 'fa', 'اطلاعات تماس پروفایل شما تغییر کرد', '<h1>اطلاعات تماس شما تغییر کرد</h1>
<p>اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', 1, true, false, 'اطلاعات تماس پروفایل شما تغییر کرد', '<h1>اطلاعات تماس شما تغییر کرد</h1>
<p>اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8fbf-7056-ade9-b7607b80c45f', 'profiles.contact_changed', 'inApp', 'en', 'The contact data of your profile has changed', 'Your contact data has changed

The contact data of your profile has changed. If this was not you, change your password, and look at your profile.', 1, true, false, 'The contact data of your profile has changed', 'Your contact data has changed

The contact data of your profile has changed. If this was not you, change your password, and look at your profile.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8feb-7223-b2dc-ff84418a5182', 'profiles.contact_changed', 'inApp', 'fa', 'اطلاعات تماس پروفایل شما تغییر کرد', 'اطلاعات تماس شما تغییر کرد

اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', 1, true, false, 'اطلاعات تماس پروفایل شما تغییر کرد', 'اطلاعات تماس شما تغییر کرد

اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-8fef-7547-ab18-3b381befd86a', 'profiles.privacy_changed', 'email', 'en', 'The privacy of your profile has changed', '<h1>Your privacy settings have changed</h1>
<p>Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.</p>', 1, true, false, 'The privacy of your profile has changed', '<h1>Your privacy settings have changed</h1>
<p>Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-9012-749e-b472-1162a85ade83', 'profiles.privacy_changed', 'email', 'fa', 'حریم خصوصی پروفایل شما تغییر کرد', '<h1>تنظیمات حریم خصوصی شما تغییر کرد</h1>
<p>اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', 1, true, false, 'حریم خصوصی پروفایل شما تغییر کرد', '<h1>تنظیمات حریم خصوصی شما تغییر کرد</h1>
<p>اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-9055-756b-879c-db54881a5436', 'profiles.privacy_changed', 'inApp', 'en', 'The privacy of your profile has changed', 'Your privacy settings have changed

Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.', 1, true, false, 'The privacy of your profile has changed', 'Your privacy settings have changed

Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-9072-74c8-a099-237cab6d7f5c', 'profiles.privacy_changed', 'inApp', 'fa', 'حریم خصوصی پروفایل شما تغییر کرد', 'تنظیمات حریم خصوصی شما تغییر کرد

اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', 1, true, false, 'حریم خصوصی پروفایل شما تغییر کرد', 'تنظیمات حریم خصوصی شما تغییر کرد

اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', false, false),
	('01a22b8f-90af-7322-b636-3dbf841cc5d3', 'todos.reminder', 'email', 'en', 'Reminder: {{ description }}', '<h1>A reminder of your todo</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>Due on {{ dueDate | date: ''full'' }}</p>{% endif %}', 1, true, false, 'Reminder: {{ description }}', '<h1>A reminder of your todo</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>Due on {{ dueDate | date: ''full'' }}</p>{% endif %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-90dc-769b-9f5e-78ce65f398c8', 'todos.reminder', 'email', 'fa', 'یادآوری: {{ description }}', '<h1>یادآوری کار شما</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>مهلت: {{ dueDate | date: ''full'' }}</p>{% endif %}', 1, true, false, 'یادآوری: {{ description }}', '<h1>یادآوری کار شما</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>مهلت: {{ dueDate | date: ''full'' }}</p>{% endif %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false);
INSERT INTO notifications.template VALUES
	('01a22b8f-9109-7728-bc6d-7e35e4c8de85', 'todos.reminder', 'inApp', 'en', 'Reminder: {{ description }}', 'A reminder of your todo

{{ description }}

{% if dueDate != '''' %}

Due on {{ dueDate | date: ''full'' }}

{% endif %}', 1, true, false, 'Reminder: {{ description }}', 'A reminder of your todo

{{ description }}

{% if dueDate != '''' %}

Due on {{ dueDate | date: ''full'' }}

{% endif %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-912a-755c-a02d-3069f2164ca5', 'todos.reminder', 'inApp', 'fa', 'یادآوری: {{ description }}', 'یادآوری کار شما

{{ description }}

{% if dueDate != '''' %}

مهلت: {{ dueDate | date: ''full'' }}

{% endif %}', 1, true, false, 'یادآوری: {{ description }}', 'یادآوری کار شما

{{ description }}

{% if dueDate != '''' %}

مهلت: {{ dueDate | date: ''full'' }}

{% endif %}', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-912f-70da-9ea5-43c8737826e7', 'scheduler.quarantined', 'email', 'en', 'A job is in quarantine: {{ name }}', '<h1>The job “{{ name }}” is in quarantine</h1>
<p>It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}</p>
<p>Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.</p>', 1, true, false, 'A job is in quarantine: {{ name }}', '<h1>The job “{{ name }}” is in quarantine</h1>
<p>It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}</p>
<p>Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-9142-7588-9bee-e75bfb10d1d3', 'scheduler.quarantined', 'email', 'fa', 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', '<h1>کار «{{ name }}» قرنطینه شد</h1>
<p>تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}</p>
<p>اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.</p>', 1, true, false, 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', '<h1>کار «{{ name }}» قرنطینه شد</h1>
<p>تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}</p>
<p>اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-915c-7729-8a05-f3b7d5c30c2e', 'scheduler.quarantined', 'inApp', 'en', 'A job is in quarantine: {{ name }}', 'The job “{{ name }}” is in quarantine

It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}

Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.', 1, true, false, 'A job is in quarantine: {{ name }}', 'The job “{{ name }}” is in quarantine

It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}

Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-9168-7246-9fe6-4b79a97978ce', 'scheduler.quarantined', 'inApp', 'fa', 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', 'کار «{{ name }}» قرنطینه شد

تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}

اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.', 1, true, false, 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', 'کار «{{ name }}» قرنطینه شد

تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}

اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-917f-7204-9492-0ffd2f9b3b88', 'webhooks.disabled', 'email', 'en', 'A webhook was disabled: {{ host }}', '<h1>The webhook to {{ host }} was disabled</h1>
<p>{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.</p>
<p>When the receiver works again, enable the webhook. You can then send the failed deliveries again.</p>', 1, true, false, 'A webhook was disabled: {{ host }}', '<h1>The webhook to {{ host }} was disabled</h1>
<p>{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.</p>
<p>When the receiver works again, enable the webhook. You can then send the failed deliveries again.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-9191-75dc-abbd-33daa9a12b84', 'webhooks.disabled', 'email', 'fa', 'یک وب‌هوک غیرفعال شد: {{ host }}', '<h1>وب‌هوک {{ host }} غیرفعال شد</h1>
<p>{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.</p>
<p>وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.</p>', 1, true, false, 'یک وب‌هوک غیرفعال شد: {{ host }}', '<h1>وب‌هوک {{ host }} غیرفعال شد</h1>
<p>{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.</p>
<p>وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.</p>', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-91ae-76a4-9e59-c6cd3d55e1f7', 'webhooks.disabled', 'inApp', 'en', 'A webhook was disabled: {{ host }}', 'The webhook to {{ host }} was disabled

{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.

When the receiver works again, enable the webhook. You can then send the failed deliveries again.', 1, true, false, 'A webhook was disabled: {{ host }}', 'The webhook to {{ host }} was disabled

{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.

When the receiver works again, enable the webhook. You can then send the failed deliveries again.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false),
	('01a22b8f-91bf-71a4-88bd-8522a0806431', 'webhooks.disabled', 'inApp', 'fa', 'یک وب‌هوک غیرفعال شد: {{ host }}', 'وب‌هوک {{ host }} غیرفعال شد

{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.

وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.', 1, true, false, 'یک وب‌هوک غیرفعال شد: {{ host }}', 'وب‌هوک {{ host }} غیرفعال شد

{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.

وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.', NULL, '2026-11-30 08:25:57.038816+00', '2026-11-30 08:25:57.038816+00', true, false);


--
-- Data for Name: template_check; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.template_check VALUES
	('c3da4417aada760abacbfd45d7df314e3498b044efa42eef81cb832d39ee0749', '2026-11-30 08:25:57.024118+00');


--
-- Data for Name: template_revision; Type: TABLE DATA; Schema: notifications; Owner: -
--

INSERT INTO notifications.template_revision VALUES
	('01a22b8f-8a28-72d8-9c1f-423b02bffcc2', 1, '{{ severity | upcase }}: {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">Open the incident</a></p>
<p class="note">Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8a37-71f0-bd27-1bf620a4098a', 1, 'رخداد ({{ severityName }}): {{ title }}', '<h1>{{ title }}</h1>
<p>{{ description }}</p>
<p><a class="button" href="{{ url }}">مشاهدهٔ رخداد</a></p>
<p class="note">شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8a50-7704-9daa-badf39f1c875', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8ae3-766a-9c14-9d17c54caa27', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8af2-7449-8eb9-bad36358c87b', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8be4-7173-8083-970e66e31ae0', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8bed-7769-96d3-d9ae62ae5b8b', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8bf4-7672-9a1a-4f9c7c492f9c', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8bf9-745f-9e66-2a7eee40cb24', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c04-7022-9e8b-56347a53bfef', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c06-7043-ae22-40e867e5a101', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c09-7224-aae6-e8d485325e80', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c0c-70f8-9290-291ce299bf9f', 1, '{{ severity | upcase }}: {{ title }}', '{{ title }}

{{ description }}

Open the incident [{{ url }}]

Severity: {{ severity }}. You get this message because incidents of this severity are sent to you.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c0e-726f-a9a4-70a883d9e0f3', 1, 'رخداد ({{ severityName }}): {{ title }}', '{{ title }}

{{ description }}

مشاهدهٔ رخداد [{{ url }}]

شدت: {{ severityName }}. این پیام را دریافت کرده‌اید چون رخدادهایی با این شدت برای شما فرستاده می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c12-760b-a213-158f38672078', 1, '{{ count | number }} messages from {{ appName }}', '<h1>{{ count | number }} messages for you</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c14-7329-9cfd-d21305032743', 1, '{{ count | number }} پیام از {{ appName }}', '<h1>{{ count | number }} پیام برای شما</h1>
{% for item in items %}<p><b>{{ item.subject }}</b><br>{{ item.text }}</p>{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c19-72f8-b890-3e355ef0d64d', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c1c-7243-bd02-b900becbf4d6', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c1f-7746-bb55-9e1d344ee12e', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c26-7453-ae75-6afa9b97339c', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c29-7009-8a98-a92eb2d2fcce', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c2c-7133-9f14-ba7a6dbcdc82', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c2e-7587-9767-552b4fa89dd5', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c30-7074-a373-fa38141b79f0', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c32-73e6-9f49-111c5e2c8e4f', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c36-7667-a6c6-ef9b3428bea0', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c38-76c8-87ca-320ced22ceb2', 1, '{{ count | number }} messages from {{ appName }}', '{{ count | number }} messages for you

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c3b-742e-b258-0cf80e4fa0e6', 1, '{{ count | number }} پیام از {{ appName }}', '{{ count | number }} پیام برای شما

{% for item in items %}

{{ item.subject }}
{{ item.text }}

{% endfor %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d23-7679-8152-1d14f1ada8c3', 1, 'A sign-in to {{ appName }} from a new device', 'A sign-in from a new device

Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.

If it was not you, request a new password at once: setting it signs out every device.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c40-75d9-a2d5-bab9d29e947c', 1, '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish creating your {{ appName }} account. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link and choose a password</a></p>
<p class="note">Did you not create an account? Then do not enter the code anywhere: somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c4d-77af-8fdf-56e1fb9c5557', 1, 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ثبت‌نام در {{ appName }}، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید و گذرواژه تعیین کنید</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کد را هیچ‌جا وارد نکنید؛ کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c54-7052-8dd9-be96898125e0', 1, '{{ code }} is your {{ appName }} verification code', '<h1>Confirm your e-mail address</h1>
<p>Enter this code to finish signing in to {{ appName }} with another provider. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not sign in, somebody gave a wrong address. You can ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c69-7528-9bd8-2ea7ce5db014', 1, 'کد تأیید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>برای تکمیل ورود به {{ appName }} با سرویس دیگر، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما وارد نشده‌اید، کسی نشانی نادرستی وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c6f-7188-9689-ccfc280b0a8a', 1, 'Confirm your e-mail address for {{ appName }}', '<h1>Confirm your e-mail address</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes. There you choose a password.</p>
<p><a class="button" href="{{ link }}">Confirm the address</a></p>
<p class="note">Did you not create an account? Then somebody else has registered your address. Open the link and choose “It was not me” to end the registration.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c87-7651-9848-11f3ed2beb6a', 1, 'ایمیل خود را در {{ appName }} تأیید کنید', '<h1>نشانی ایمیل خود را تأیید کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه. در آن صفحه گذرواژه تعیین می‌کنید.</p>
<p><a class="button" href="{{ link }}">تأیید نشانی</a></p>
<p class="note">اگر شما ثبت‌نام نکرده‌اید، کس دیگری نشانی شما را ثبت کرده است. پیوند را باز کنید و «من نبودم» را بزنید تا ثبت‌نام لغو شود.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c8f-76c1-bd3c-925e4524f552', 1, 'You already have an account at {{ appName }}', '<h1>You already have an account</h1>
<p>Somebody, probably you, tried to create a {{ appName }} account with this e-mail address. The account exists already, so nothing was changed.</p>
<p>Sign in with your password, or request a new one if you have forgotten it.</p>
<p class="note">If it was not you, you need to do nothing.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c95-712f-8575-1d3d6dada0b7', 1, 'شما از قبل در {{ appName }} حساب دارید', '<h1>شما از قبل حساب دارید</h1>
<p>کسی، احتمالاً خود شما، خواسته است با این ایمیل در {{ appName }} حساب بسازد. حساب از قبل وجود دارد و چیزی تغییر نکرد.</p>
<p>با گذرواژهٔ خود وارد شوید، یا اگر آن را فراموش کرده‌اید گذرواژهٔ جدید درخواست کنید.</p>
<p class="note">اگر شما نبوده‌اید، لازم نیست کاری انجام دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c97-7186-be0a-b7c4f750cd6c', 1, '{{ code }} is your {{ appName }} code for a new password', '<h1>Set a new password</h1>
<p>Enter this code together with your new password. It works once, within {{ minutes }} minutes.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">Or open this link</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8c9b-74ba-aab9-edce6fd23857', 1, 'کد گذرواژهٔ جدید {{ appName }}: {{ code }}', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>این کد را همراه گذرواژهٔ جدید وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است.</p>
<p class="code">{{ code }}</p>
<p><a href="{{ link }}">یا این پیوند را باز کنید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8cb1-70d7-834c-22c307ed082c', 1, 'Set a new password for {{ appName }}', '<h1>Set a new password</h1>
<p>Codes are blocked for a while, because too many wrong codes were entered. This link still works: once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a new password</a></p>
<p class="note">If you did not request it, ignore this message: your password does not change.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8cba-7339-ab7a-62726235a79f', 1, 'برای {{ appName }} گذرواژهٔ جدید تعیین کنید', '<h1>گذرواژهٔ جدید تعیین کنید</h1>
<p>کدهای نادرست زیادی وارد شده و تا مدتی هیچ کدی پذیرفته نمی‌شود. این پیوند همچنان کار می‌کند: یک بار و تا {{ minutes }} دقیقه.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژهٔ جدید</a></p>
<p class="note">اگر شما درخواست نکرده‌اید، این پیام را نادیده بگیرید؛ گذرواژهٔ شما تغییر نمی‌کند.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8cbf-76e2-9037-15721b965756', 1, 'Set a password for your {{ appName }} account', '<h1>Set a password for your account</h1>
<p>Your e-mail address is confirmed. A password that was chosen before that may be somebody else''s, so none works. Set one now: the link works once, within {{ minutes }} minutes.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">Later you can request a new link with “forgotten password”.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d24-7787-ae02-c36a04466bc1', 1, 'ورود به {{ appName }} از دستگاهی جدید', 'ورود از دستگاهی جدید

کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8ce4-76ed-966a-47a843e45ab2', 1, 'برای حساب خود در {{ appName }} گذرواژه تعیین کنید', '<h1>برای حساب خود گذرواژه تعیین کنید</h1>
<p>نشانی ایمیل شما تأیید شد. گذرواژه‌ای که پیش از آن انتخاب شده شاید از کس دیگری باشد؛ به همین دلیل هیچ‌کدام کار نمی‌کند. اکنون گذرواژه تعیین کنید؛ پیوند فقط یک بار و تا {{ minutes }} دقیقه کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">بعداً می‌توانید با «گذرواژه را فراموش کرده‌ام» پیوند تازه‌ای درخواست کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d11-74ae-864e-bbc489dabccf', 1, 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}</p>
{% if factors.size > 0 %}<p>These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.</p>
<p>Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.</p>{% endif %}
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d17-772f-9fba-ec164ddc4e7e', 1, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}</p>
{% if factors.size > 0 %}<p>با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.</p>
<p>اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.</p>{% endif %}
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d1a-70d0-ade5-e85afeb1ea3b', 1, 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed, and every device was signed out.{% if revokedKeys > 0 %} API keys that were revoked: {{ revokedKeys }}. Programs that used them need new ones.{% endif %}

{% if factors.size > 0 %}

These can still sign in to your account, or are needed for it:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}An authenticator app{% when ''passkey'' %}The passkey {{ one.name }}{% when ''identity'' %}Sign-in with {{ one.name }}{% endcase %}{% unless forloop.last %};{% endunless %}{% endfor %}.

Not mine? Sign in and remove it. If you cannot sign in, ask your administrator to remove the second factors of your account.

{% endif %}

If it was not you, request a new password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d1c-753d-8943-80a3ee22a218', 1, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

گذرواژهٔ شما تغییر کرد و همهٔ دستگاه‌ها از حساب خارج شدند.{% if revokedKeys > 0 %} تعداد کلیدهای API که باطل شد: {{ revokedKeys }}. برنامه‌هایی که از آن‌ها استفاده می‌کردند کلید تازه لازم دارند.{% endif %}

{% if factors.size > 0 %}

با این‌ها هنوز می‌توان وارد حساب شما شد، یا برای ورود لازم‌اند:{% for one in factors %} {% case one.factor %}{% when ''totp'' %}برنامهٔ احراز هویت{% when ''passkey'' %}گذرکلید {{ one.name }}{% when ''identity'' %}ورود با {{ one.name }}{% endcase %}{% unless forloop.last %}؛{% endunless %}{% endfor %}.

اگر یکی از آن‌ها مال شما نیست، وارد شوید و آن را حذف کنید. اگر نمی‌توانید وارد شوید، از مدیر سامانه بخواهید عامل‌های دوم حساب شما را حذف کند.

{% endif %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d1d-774c-8430-132640a2652c', 1, 'Your {{ appName }} password was changed', '<h1>Your password was changed</h1>
<p>Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.</p>
<p class="note">If it was not you, request a new password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d1e-743e-a3cd-5f3a497125e4', 1, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', '<h1>گذرواژهٔ شما تغییر کرد</h1>
<p>کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d1f-70fa-83c2-7a693cb8ed09', 1, 'Your {{ appName }} password was changed', 'Your password was changed

Your password was changed by somebody who was signed in and knew the old one. Every other device was signed out.

If it was not you, request a new password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d20-7290-a2f9-72e5c89fb629', 1, 'گذرواژهٔ شما در {{ appName }} تغییر کرد', 'گذرواژهٔ شما تغییر کرد

کسی که وارد حساب شده بود و گذرواژهٔ قبلی را می‌دانست، گذرواژهٔ شما را تغییر داد. همهٔ دستگاه‌های دیگر از حساب خارج شدند.

اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d21-72a6-bb24-c5382a5ac634', 1, 'A sign-in to {{ appName }} from a new device', '<h1>A sign-in from a new device</h1>
<p>Somebody, probably you, has signed in to your {{ appName }} account from a device that was not seen before.</p>
<p class="note">If it was not you, request a new password at once: setting it signs out every device.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d22-7226-81fd-d457d23dda6a', 1, 'ورود به {{ appName }} از دستگاهی جدید', '<h1>ورود از دستگاهی جدید</h1>
<p>کسی، احتمالاً خود شما، از دستگاهی که قبلاً دیده نشده بود وارد حساب شما در {{ appName }} شده است.</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ جدید درخواست کنید؛ با تغییر گذرواژه همهٔ دستگاه‌ها از حساب خارج می‌شوند.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d25-713b-9af9-11d16cedc5da', 1, 'You are invited to {{ appName }}', '<h1>Welcome, {{ firstName }}</h1>
<p>An administrator of {{ appName }} has created an account for you. Set your password to begin. The link works once, within {{ days }} days.</p>
<p><a class="button" href="{{ link }}">Set a password</a></p>
<p class="note">If you do not expect an invitation, ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d26-721d-9324-ae77a3a3494d', 1, 'به {{ appName }} دعوت شده‌اید', '<h1>{{ firstName }}، خوش آمدید</h1>
<p>مدیر {{ appName }} برای شما حسابی ساخته است. برای شروع، گذرواژه‌ای تعیین کنید. پیوند فقط یک بار و تا {{ days }} روز کار می‌کند.</p>
<p><a class="button" href="{{ link }}">تعیین گذرواژه</a></p>
<p class="note">اگر منتظر دعوت‌نامه نبودید، این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d27-7475-b52a-1ac772790c83', 1, 'A device was signed out of {{ appName }} for safety', '<h1>A device was signed out for safety</h1>
<p>A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.</p>
<p class="note">Sign in there again. If you do not know the device, change your password.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d29-7351-b729-d0dcbe344dbd', 1, 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', '<h1>یک دستگاه به دلایل امنیتی از حساب خارج شد</h1>
<p>توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.</p>
<p class="note">آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d2a-7337-a8b5-302273aa4f56', 1, 'A device was signed out of {{ appName }} for safety', 'A device was signed out for safety

A sign-in token was used a second time ({{ device }}). Somebody may have copied it, so that device was signed out.

Sign in there again. If you do not know the device, change your password.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d2b-7190-9e90-1f214bd4ec5e', 1, 'یک دستگاه به دلایل امنیتی از {{ appName }} خارج شد', 'یک دستگاه به دلایل امنیتی از حساب خارج شد

توکنی که قبلاً استفاده شده بود دوباره استفاده شد ({{ device }}). شاید کپی شده باشد؛ به همین دلیل آن دستگاه از حساب خارج شد.

آنجا دوباره وارد شوید. اگر دستگاه را نمی‌شناسید، گذرواژهٔ خود را عوض کنید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d2d-729a-bbc2-21e5459c8d9d', 1, '{{ code }} is the {{ appName }} code for your new address', '<h1>Confirm your new e-mail address</h1>
<p>Enter this code to make this the address of your account. It works once, within {{ minutes }} minutes. Until you enter it, the old address stays valid.</p>
<p class="code">{{ code }}</p>
<p class="note">If you did not request it, somebody mistyped their address. You can ignore this message.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d2e-7686-981b-3a3bf86a6c86', 1, 'کد تأیید نشانی جدید {{ appName }}: {{ code }}', '<h1>نشانی ایمیل جدید خود را تأیید کنید</h1>
<p>برای اینکه این نشانی، نشانی حساب شما شود، این کد را وارد کنید. کد فقط یک بار و تا {{ minutes }} دقیقه معتبر است. تا وقتی کد را وارد نکنید، نشانی قبلی معتبر می‌ماند.</p>
<p class="code">{{ code }}</p>
<p class="note">اگر شما درخواست نکرده‌اید، کسی نشانی را اشتباه وارد کرده است. می‌توانید این پیام را نادیده بگیرید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d2f-726a-badc-b91de3bff56f', 1, 'The e-mail address of your {{ appName }} account was changed', '<h1>Your e-mail address was changed</h1>
<p>Your account now has the address {{ email }}. Messages no longer come to this one.</p>
<p class="note">If it was not you, tell your administrator at once.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d30-7101-bcc3-af8c51b78a50', 1, 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', '<h1>نشانی ایمیل شما تغییر کرد</h1>
<p>نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.</p>
<p class="note">اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d32-7389-bc05-9e9f198cbc68', 1, 'The e-mail address of your {{ appName }} account was changed', 'Your e-mail address was changed

Your account now has the address {{ email }}. Messages no longer come to this one.

If it was not you, tell your administrator at once.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d3f-7719-812e-4674d4187a71', 1, 'نشانی ایمیل حساب شما در {{ appName }} تغییر کرد', 'نشانی ایمیل شما تغییر کرد

نشانی حساب شما اکنون {{ email }} است و پیام‌ها دیگر به این نشانی نمی‌آیند.

اگر شما نبوده‌اید، فوراً به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d41-771f-bfcc-38f92401efd5', 1, 'The ways to sign in to {{ appName }} have changed', '<h1>The ways to sign in to your account have changed</h1>
<p>{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}</p>
<p class="note">If it was not you, change your password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d71-7156-8bfe-dc824173f480', 1, 'The API keys of your {{ appName }} account have changed', 'The API keys of your account have changed

{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}

If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d73-735e-b8ec-a375547787cf', 1, 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', 'کلیدهای API حساب شما تغییر کرد

{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d45-730e-893e-d67f2d2961eb', 1, 'روش‌های ورود شما به {{ appName }} تغییر کرد', '<h1>روش‌های ورود به حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d47-7740-b81a-265c9ada339a', 1, 'The ways to sign in to {{ appName }} have changed', 'The ways to sign in to your account have changed

{% case change %}{% when ''totp.added'' %}An authenticator app was added to your account. Signing in now needs its code.{% when ''totp.removed'' %}The authenticator app was removed from your account.{% when ''passkey.added'' %}A passkey ({{ name }}) was added to your account.{% when ''passkey.removed'' %}A passkey ({{ name }}) was removed from your account.{% when ''passkey.refused'' %}A sign-in with your passkey {{ name }} was refused, because the passkey seems to have been copied. Remove it and register a new one.{% when ''recoveryCodes.added'' %}New recovery codes were created for your account. The old ones no longer work.{% when ''recoveryCodes.used'' %}Somebody signed in to your account with a recovery code. {{ left }} codes are left.{% when ''identity.added'' %}You can now sign in to your account with {{ name }}.{% when ''identity.removed'' %}You can no longer sign in to your account with {{ name }}.{% endcase %}

If it was not you, change your password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d48-71db-a738-1e0c0c0384f2', 1, 'روش‌های ورود شما به {{ appName }} تغییر کرد', 'روش‌های ورود به حساب شما تغییر کرد

{% case change %}{% when ''totp.added'' %}یک برنامهٔ احراز هویت به حساب شما اضافه شد. از این پس هنگام ورود کد آن لازم است.{% when ''totp.removed'' %}برنامهٔ احراز هویت از حساب شما حذف شد.{% when ''passkey.added'' %}یک گذرکلید ({{ name }}) به حساب شما اضافه شد.{% when ''passkey.removed'' %}یک گذرکلید ({{ name }}) از حساب شما حذف شد.{% when ''passkey.refused'' %}ورود با گذرکلید {{ name }} پذیرفته نشد، چون به نظر می‌رسد این گذرکلید کپی شده است. آن را حذف کنید و گذرکلید جدیدی بسازید.{% when ''recoveryCodes.added'' %}کدهای بازیابی جدیدی برای حساب شما ساخته شد. کدهای قبلی دیگر کار نمی‌کنند.{% when ''recoveryCodes.used'' %}کسی با کد بازیابی به حساب شما وارد شد. {{ left }} کد باقی مانده است.{% when ''identity.added'' %}از این پس می‌توان با {{ name }} به حساب شما وارد شد.{% when ''identity.removed'' %}از این پس نمی‌توان با {{ name }} به حساب شما وارد شد.{% endcase %}

اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d4a-754f-a756-31e38a4434d3', 1, 'The second factors of your {{ appName }} account were removed', '<h1>Your second factors were removed</h1>
<p>An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.</p>
<p class="note">If you did not ask for this, change your password at once and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d4b-76f4-a0d2-305f2e1688f6', 1, 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', '<h1>عامل‌های دوم حساب شما حذف شد</h1>
<p>مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.</p>
<p class="note">اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d4e-763b-bc3b-69c66456e4a3', 1, 'The second factors of your {{ appName }} account were removed', 'Your second factors were removed

An administrator removed the authenticator app, the passkeys and the recovery codes of your account. Until you set up new ones, your password alone signs in.

If you did not ask for this, change your password at once and tell your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d51-74da-800f-194223cb173d', 1, 'عامل‌های دوم حساب شما در {{ appName }} حذف شد', 'عامل‌های دوم حساب شما حذف شد

مدیر سامانه برنامهٔ احراز هویت، گذرکلیدها و کدهای بازیابی حساب شما را حذف کرد. تا وقتی عامل تازه‌ای اضافه نکنید، با گذرواژه به‌تنهایی می‌توان وارد شد.

اگر شما این را نخواسته‌اید، فوراً گذرواژهٔ خود را عوض کنید و به مدیر سامانه اطلاع دهید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d61-7571-a7ae-b81230bb918f', 1, 'The API keys of your {{ appName }} account have changed', '<h1>The API keys of your account have changed</h1>
<p>{% case change %}{% when ''created'' %}The API key {{ name }} was created. Programs can act on your behalf with it.{% when ''revoked'' %}The API key {{ name }} was revoked. It no longer works.{% endcase %}</p>
<p class="note">If it was not you, change your password at once, revoke the keys that you do not know, and tell your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d6a-73e0-83e8-3eb31defbe95', 1, 'کلیدهای API حساب شما در {{ appName }} تغییر کرد', '<h1>کلیدهای API حساب شما تغییر کرد</h1>
<p>{% case change %}{% when ''created'' %}کلید API با نام {{ name }} ساخته شد. برنامه‌ها با آن می‌توانند از طرف شما کار کنند.{% when ''revoked'' %}کلید API با نام {{ name }} باطل شد و دیگر کار نمی‌کند.{% endcase %}</p>
<p class="note">اگر شما نبوده‌اید، فوراً گذرواژهٔ خود را عوض کنید، کلیدهای ناآشنا را باطل کنید و به مدیر سامانه اطلاع دهید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d77-7560-b41b-a948de85b9b6', 1, 'The rights of your {{ appName }} account have changed', '<h1>The rights of your account have changed</h1>
<p>An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d8e-77e9-af85-5d3abae15892', 1, 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', '<h1>دسترسی‌های حساب شما تغییر کرد</h1>
<p>مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d97-7645-be0b-7670d0af5642', 1, 'The rights of your {{ appName }} account have changed', 'The rights of your account have changed

An administrator has changed what your account may do. {% if roles == '''' %}It now has no role.{% else %}Its roles are now: {{ roles }}.{% endif %}

If you did not expect it, ask your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8d9c-7277-8e94-583f45d093d5', 1, 'دسترسی‌های حساب شما در {{ appName }} تغییر کرد', 'دسترسی‌های حساب شما تغییر کرد

مدیر سامانه دسترسی‌های حساب شما را تغییر داد. {% if roles == '''' %}حساب شما اکنون هیچ نقشی ندارد.{% else %}نقش‌های حساب شما اکنون این‌هاست: {{ roles }}.{% endif %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8deb-72fe-8552-f132c98877c5', 1, 'An administrator has changed your {{ appName }} account', '<h1>An administrator has changed your account</h1>
<p>{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}</p>
<p class="note">If you did not expect it, ask your administrator.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8e1b-7041-8a80-64c1441ac9a1', 1, 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', '<h1>مدیر سامانه حساب شما را تغییر داد</h1>
<p>{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}</p>
<p class="note">اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8e2c-7693-9047-84c4f2eab137', 1, 'An administrator has changed your {{ appName }} account', 'An administrator has changed your account

{% case change %}{% when ''locked'' %}Your account is locked for a while. You are signed out everywhere, and can sign in again when the lock ends.{% when ''disabled'' %}Your account is disabled. You are signed out everywhere, and cannot sign in.{% when ''deleted'' %}Your account and its data were deleted.{% endcase %}

If you did not expect it, ask your administrator.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8e4f-7053-bd8a-90b7e2007609', 1, 'مدیر سامانه حساب شما در {{ appName }} را تغییر داد', 'مدیر سامانه حساب شما را تغییر داد

{% case change %}{% when ''locked'' %}حساب شما تا مدتی قفل شد. از همهٔ دستگاه‌ها خارج شده‌اید و پس از پایان قفل می‌توانید دوباره وارد شوید.{% when ''disabled'' %}حساب شما غیرفعال شد. از همهٔ دستگاه‌ها خارج شده‌اید و نمی‌توانید وارد شوید.{% when ''deleted'' %}حساب شما و داده‌های آن حذف شد.{% endcase %}

اگر انتظار آن را نداشتید، از مدیر سامانه بپرسید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8e60-76f2-a25c-2637d1c47a52', 1, 'A file that you uploaded is infected', '<h1>A file that you uploaded is infected</h1>
<p>The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.</p>
<p>Check the device from which you uploaded it, and delete the file.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8ea7-7071-af01-60b9f447eb10', 1, 'فایلی که آپلود کردید آلوده است', '<h1>فایلی که آپلود کردید آلوده است</h1>
<p>ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.</p>
<p>دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8f04-74ce-969b-965c3248deba', 1, 'A file that you uploaded is infected', 'A file that you uploaded is infected

The virus scanner has found {{ signature }} in “{{ fileName }}”. The file is in quarantine: nobody can download it, you included.

Check the device from which you uploaded it, and delete the file.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8f35-75ce-b029-16925942019e', 1, 'فایلی که آپلود کردید آلوده است', 'فایلی که آپلود کردید آلوده است

ویروس‌یاب در «{{ fileName }}» این مورد را پیدا کرد: {{ signature }}. فایل قرنطینه شده است و هیچ‌کس، حتی خود شما، نمی‌تواند آن را دانلود کند.

دستگاهی را که فایل را از آن آپلود کردید بررسی و فایل را حذف کنید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8f39-750b-9fb0-85ef9a01fe48', 1, 'The contact data of your profile has changed', '<h1>Your contact data has changed</h1>
<p>The contact data of your profile has changed. If this was not you, change your password, and look at your profile.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8f73-750b-ab3e-7d3c04025077', 1, 'اطلاعات تماس پروفایل شما تغییر کرد', '<h1>اطلاعات تماس شما تغییر کرد</h1>
<p>اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8fbf-7056-ade9-b7607b80c45f', 1, 'The contact data of your profile has changed', 'Your contact data has changed

The contact data of your profile has changed. If this was not you, change your password, and look at your profile.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8feb-7223-b2dc-ff84418a5182', 1, 'اطلاعات تماس پروفایل شما تغییر کرد', 'اطلاعات تماس شما تغییر کرد

اطلاعات تماس پروفایل شما تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-8fef-7547-ab18-3b381befd86a', 1, 'The privacy of your profile has changed', '<h1>Your privacy settings have changed</h1>
<p>Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9012-749e-b472-1162a85ade83', 1, 'حریم خصوصی پروفایل شما تغییر کرد', '<h1>تنظیمات حریم خصوصی شما تغییر کرد</h1>
<p>اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9055-756b-879c-db54881a5436', 1, 'The privacy of your profile has changed', 'Your privacy settings have changed

Who sees your profile, or what of it, has changed. If this was not you, change your password, and look at your profile.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9072-74c8-a099-237cab6d7f5c', 1, 'حریم خصوصی پروفایل شما تغییر کرد', 'تنظیمات حریم خصوصی شما تغییر کرد

اینکه چه کسی پروفایل شما یا چه چیزی از آن را می‌بیند تغییر کرده است. اگر کار شما نبوده، گذرواژهٔ خود را عوض کنید و پروفایل خود را ببینید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-90af-7322-b636-3dbf841cc5d3', 1, 'Reminder: {{ description }}', '<h1>A reminder of your todo</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>Due on {{ dueDate | date: ''full'' }}</p>{% endif %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-90dc-769b-9f5e-78ce65f398c8', 1, 'یادآوری: {{ description }}', '<h1>یادآوری کار شما</h1>
<p>{{ description }}</p>{% if dueDate != '''' %}
<p>مهلت: {{ dueDate | date: ''full'' }}</p>{% endif %}', NULL, '2026-11-30 08:25:57.038816+00');
INSERT INTO notifications.template_revision VALUES
	('01a22b8f-9109-7728-bc6d-7e35e4c8de85', 1, 'Reminder: {{ description }}', 'A reminder of your todo

{{ description }}

{% if dueDate != '''' %}

Due on {{ dueDate | date: ''full'' }}

{% endif %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-912a-755c-a02d-3069f2164ca5', 1, 'یادآوری: {{ description }}', 'یادآوری کار شما

{{ description }}

{% if dueDate != '''' %}

مهلت: {{ dueDate | date: ''full'' }}

{% endif %}', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-912f-70da-9ea5-43c8737826e7', 1, 'A job is in quarantine: {{ name }}', '<h1>The job “{{ name }}” is in quarantine</h1>
<p>It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}</p>
<p>Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9142-7588-9bee-e75bfb10d1d3', 1, 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', '<h1>کار «{{ name }}» قرنطینه شد</h1>
<p>تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}</p>
<p>اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-915c-7729-8a05-f3b7d5c30c2e', 1, 'A job is in quarantine: {{ name }}', 'The job “{{ name }}” is in quarantine

It does not run until {{ until | date: ''dateTime'' }}.{% if reason != '''' %} Reason: {{ reason }}.{% endif %}

Look at its executions. When the cause is mended, resume the job; dead-lettered executions can then be repeated.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9168-7246-9fe6-4b79a97978ce', 1, 'یک کار زمان‌بندی‌شده قرنطینه شد: {{ name }}', 'کار «{{ name }}» قرنطینه شد

تا {{ until | date: ''dateTime'' }} اجرا نمی‌شود.{% if reason != '''' %} دلیل: {{ reason }}.{% endif %}

اجراهای آن را بررسی کنید. وقتی علت برطرف شد، کار را از سر بگیرید؛ بعد از آن می‌توانید اجراهای ناموفق را تکرار کنید.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-917f-7204-9492-0ffd2f9b3b88', 1, 'A webhook was disabled: {{ host }}', '<h1>The webhook to {{ host }} was disabled</h1>
<p>{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.</p>
<p>When the receiver works again, enable the webhook. You can then send the failed deliveries again.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-9191-75dc-abbd-33daa9a12b84', 1, 'یک وب‌هوک غیرفعال شد: {{ host }}', '<h1>وب‌هوک {{ host }} غیرفعال شد</h1>
<p>{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.</p>
<p>وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.</p>', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-91ae-76a4-9e59-c6cd3d55e1f7', 1, 'A webhook was disabled: {{ host }}', 'The webhook to {{ host }} was disabled

{% if reason == ''gone'' %}The receiver answered that it is gone (410).{% else %}It has not received anything for three days.{% endif %} It gets no more events.

When the receiver works again, enable the webhook. You can then send the failed deliveries again.', NULL, '2026-11-30 08:25:57.038816+00'),
	('01a22b8f-91bf-71a4-88bd-8522a0806431', 1, 'یک وب‌هوک غیرفعال شد: {{ host }}', 'وب‌هوک {{ host }} غیرفعال شد

{% if reason == ''gone'' %}گیرنده پاسخ داده که دیگر وجود ندارد (۴۱۰).{% else %}سه روز است که هیچ رویدادی را دریافت نکرده است.{% endif %} از این پس رویدادی برای آن فرستاده نمی‌شود.

وقتی گیرنده دوباره درست کار کرد، وب‌هوک را فعال کنید. بعد از آن می‌توانید ارسال‌های ناموفق را دوباره بفرستید.', NULL, '2026-11-30 08:25:57.038816+00');


--
-- Data for Name: alert; Type: TABLE DATA; Schema: observability; Owner: -
--



--
-- Data for Name: objective_minute; Type: TABLE DATA; Schema: observability; Owner: -
--

INSERT INTO observability.objective_minute VALUES
	('availability', '2026-11-30 08:26:00+00', 25, 0),
	('faults', '2026-11-30 08:26:00+00', 25, 0),
	('reads', '2026-11-30 08:26:00+00', 4, 0);


--
-- Data for Name: objective_slot; Type: TABLE DATA; Schema: observability; Owner: -
--

INSERT INTO observability.objective_slot VALUES
	('availability', '2026-11-30 08:20:00+00', 25, 0),
	('faults', '2026-11-30 08:20:00+00', 25, 0),
	('reads', '2026-11-30 08:20:00+00', 4, 0);


--
-- Data for Name: replay; Type: TABLE DATA; Schema: observability; Owner: -
--



--
-- Data for Name: replay_message; Type: TABLE DATA; Schema: observability; Owner: -
--



--
-- Data for Name: captured_mail; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.captured_mail VALUES
	('01a22b90-2621-72ec-86a5-13a00405a8d9', '2026-11-30 08:26:38.294131+00', '\x0147e5bc090337d270e0f943fa9f99c0cdc8032e00c4fe3c93fbe83651737f34eed0469b573e6482c7876aaddaa47f73be80251cbdc3d0a4a2f42aa5e22679faa5ad6d8e3c6a8bde55bf03392d179de36156703f6005f2d6549dce348d716e93d6424d345309cc11fab9b53b1ed8b3a560ffb79743ddf7710bb942629744fb4c26bbb301269c87adcdf8d8550c08861b1099747b119361b63907bc4eabc5b4b23f92263eaf690219e6f355167ac3f8c9625215f0336fa7fa163631271fe0829052cfcccd10d7951cdf2788151538135df9d8fdb9e8298b34a98e29499044339aaf39d1e410e8c347627a89db5b7f21027dcc343e2c5e59991840f07cb8fc23e97900acec9665a9bd5c91498d2c6baf7a4829d52c223a78025252f4a50e82a59eff742d7ee4b634d39886b081ebc4ac6d83c91d46da1a92b29c8d5f3ef3852bf86a14a00d572beafe8b9d231273a1a119622fd6067acf95cdee0c286da1c6c3d57f3fd0c353625a12bb2683e18029ae7a4c8d23d95750413282c745fd3d568fb1c883267502fd871beb199cc9bf15869c293a8ea0385379360e73b26f0595fe6360659994f71a117035be44de1ceba27c99c0c8b553aa47d96dac081842687dab9e7954c3d30a86e764b93c6294d5bbc0ca3cb3cf34da224a7229d3763836f1e889854ed6cfd8b1eba0d6453312e7eb25087c82a59d0b53dbd6254d38dee78593e17ab8f956ff6f3f77d9f94c6a7ab46b9b3216add877808f45d779cc4a578efce5bebc84ef11952f0add077323e2d09cdb6c11666445b305ab994322f447acadd7ab82fa72fb2a0954e0143ee0e185a66202917ebb351ee77a43a856032328730be6cc22bec2c73ef9c96aa2538fa289cae760c2e7f909f0c0ff033591cef05a224f9d16a4f9470c41e247c21b1e2d0d6649dc68094016ec750c883c84a8e2567b42845f24a5518ecd18e95956a4af4ddeaa538878ee4cdd2fa20a75e88768570c41435695243931c2cbedae7b0a5e6d44d06f6bcb48fe5ce9699d647af10817e80b90a63950af56ec19980d75d31d82ea614022ecc982418176b5e050c81605a6e3574827405693289b1d4e6ef6656b240aec2d28d43632a877f875e7c34f1ea17112fa29656254cf7ef7a43247abf72c69bcb87058dbd6227d30acfc2effb343be5e8ad1c9afb27f289a986728325a6caeb2f23154017f33ec309ea6174cecd2ef6d9a3bc3e203df2d43cedcfbc96d6b699a822f818c67a467976fcf47e717b87e56df48a721f719562cbcf762612e4a2f9581875a4a0d1fa4f61922b63bd66f18e47a717e4d43ffb7b2d1f793047a2123c352485dd8ca3fa7b90770f0a32c5338730498aae338cebf95258254851baaaef81908f05e6b4d8015545d01097e53860aae64f42bde140cb5577e87c0d8be0719a0a707a436e67861bb2ff9e1643baac248e1488984e1d096f65338d40bf6b08c2f042416a766df0a80f3142421a859bc264dcb3751c58f33f4311c01785cfba5ac75f19cea84a9369e6c6ef961048b09e72e741a5ef2b2864cc0628dd59eeaa9ff8a4b68e27cafaedfdf7472bf1f41e65c89d33cfa7ce814ac1278ec6964f95ce2300e2ed76b187bfcb11b6b27a3538d6f5f0d8870ca5c3d0641536e85d611165fa4bd82a4b41ab9f63835b3357e19946dcb06455720eff202667cdcda56ee42ae89e6fd8a238aafd4a9a61b89933663c58eb8bb5a34668367969ea000261e07ec56d0011ec07d3135e5c653ad2db864dced8c532878459c4d09eb7acd1468a3e927027db9971cfd5fae67b0d95eefdcea1db1f49506b42c3f3717d59dfc29e89108003141e1533579fea8aac0fdf7bf3da6aeb580360699f3d40524256b5384652ec8438b556c1a03922b0d3c2f9a446cccc55cb2fe60bf7dc756ec572afd9e87d6399403e6735d9d2b5c4b1169dc8fc4c2eeb4ebfe3d7de02df4870b04331186babca42a98f61a9d3d89b1c269fb11d5bcd8be9d2d7cf6f1189fd1c208362eb76d9e3c42ef3d215639d9e7f4e3749ed71e6459c04e5c3195295cc2e0cd57ef93f13ca0a6cb062f40185330a5070c96137bcbe7a9a26c0612dcef5f0d88c908e39a62568c40ca3f29bc87788bcfc636b725213f531757a4d347185cd211faae19a1e4ab17a7bb2ab0a588c6f3e2aab01e87e8dd055e4e6333a4d84f755485d3389e3d66b0a54df1e19699995ce704faa2f9f37944cc0e4b03af36784a6428512e7b9586d82c6cc46e6ca3e881fb1fbaa38a5d1eab388d126fdca714d0fd4ebf5f3fe59b801258345c287c24414e54ffc2abba8c5ec130925629da815a490481dffd249f58b8ad2cdafbd3a8bfeb38d12efe8de53a162a4b02467460eb7fadfd2bc143d281e7672f215020e00708cdc2fd6c58f1094603083a8ae22071ac64cf52af44eef2567f4f87de13906f6e0ada13bf38ac7e5957cfa70d93ff1abe44e621c2fc7e54dc330f8bf7ccada1085130f3bace9ea3379374575bf200b271bf3e45dee04139cf30c5b26de9309db2b157a9cb799e95540b52ff3c89b0f53e072667966b3718a37aff8efd140973e9ab9f8fa7adcf7b3f4be064f11f0c542270f72390e66afe116f9ea72e4c279ee00e47afbbe51e8a34370849653436a816c37f7898cdf63c51e54fd0e20a7234b9ae3805d4a4c46bb17766bf077ff5506a8e14255aaa5546d0282022f7a83e5b681ddd4206187e90df12b05549813a255f63f3468aa34c75cf2080ca868b2fc73ceddb8d2b5defc1f28dfff7ec84677d6c57ba6eaba05129e474f478049633e0c3dc6e4573eae6712cfdbd6a5c38de4d077d0d7e10328dabec1ede1c621d8785cd0e50267a5e7fcb1d236c5006b790abeb27f397b749f9ecbee6d613c0467db4985d633a9e3319d6b542d13971a4ea51226297f0b11a979cbb92f25414f88fd6ebed683dc1d8aa874bc3192e6ab7198b2581d75f751d380101c026c8db234bc8db3e4a54433da8117b744bbf8888e593b0ca35cbed4c7af505020976ba54412e89609e8ac92c796b42fe10265b967596aa814914804202a408ecf73a0e8cfbaaeb03fa04cadab8d66638fca19af1390e73fca8c625a81a4311418abed4ebfd25fe278284d7105fcaebc9455f3ba0a91733c7342ed8c625e01a74f3b9fa99b796aa434d19b084c7b4ef23c39ff0ba9d0dcb9e188ad34efa234ab4b9837fc870f6f329abc743a9194e03a8e1ba2715a4b4d44cd9cafaffabf0251d2db7e2105d6b8be2c4111cffea80d79088951add42bffa2973a3200b32ea8ec3e197cd4ae8cf1484dcc7d13a66d010ac3481d591233d0246cae6c5ce11923740b088d6b3913ffe761e40cf89f806a50fe7c7279ab58c515bcfb2d3c6564c61580f154312fd3c11b1b5d6845f36ea1c30da98899debf8dc629ecceaebbac3368a955952d0025d4822031ba34a12a94d5b4ae9d93f7542e940bacd6d64d01cff89f3b276556c93e08dd0c3a96e97cf134110fa831885e0d97fa2de2cca4f61c853cbb9ddca1aa93b9d4b1ac14d3a0ad9fc4b39d62efba122c9692d32e943eab12f1d1ae5676c1e2a8a006a43a579faeb348ab327218a7d5a08be06fc5cd937e8974f59e73f18dcde05f986a73028d8e913f4409c6839d5396eb44d59a4aaa0e027134cc5fd802c8b984c16c16d8e5ad8f21fdf6aa73fa9f58c91ee2ff231e4f4ada5c488ba68251d1b31d33e27d844ee3aeadd4b1134278cb6d84b5617983c49e17c89bb8d5976d29deded29f0b7806090abaf7667421d3406361873913e25e38f8b289a077baf60e75fb403e8e4fce3d51271bae87353a18692636194e5ffe7a7be87220f18cc6cb400a113201ca94352122ac0f35e5ccb3793ddc79d6251c563ea38c27a058e51d354028e1d5ed98c1e68d7a0ae98033f03f01359bca45b4b88eac4980313211ee7ae12cf7996525d777016fb9037ff18e169ff0288ef90521d24ce79fea75e6cfa8db3f6408cf7599d30e88c590108d97748b45f519731d319fa897b0ad6c1b0a621fb21e25328c401ac595ece6e380e1bc37ca69b843f4c10612d1efa8525f05036fdc8158c799b0a80aa75d06e14219c0242ad5f4b0b73efed9cc6923446527700a5f904329b82f1ce9fe02a8acbe0d9e1aac123465cfcd0556673e775fe7dc3eb88cb8339575b0a193c07867ffd5f9a99c40515e704866b447f06c3cb980640ec78ef9bd5eb325dfb9d4d74c83494a020abb92ead6f92da937f3334f89c838877ea9f8faa8bbb1067d3713e0481df2ba30688f8ac4cd865bf7f7b8cb6315c05e47f270a43c7f42d46193a217f6152a7da3587aeb49d67633d4a7994de3c1f1d713babb9344af879efb8ae5c7840'),
	('01a22b90-4795-7676-acc5-e4768e4193a9', '2026-11-30 08:26:46.248579+00', '\x010168202184ad8b8649050fce0a6e41d617db087f0514b89172d7d37058270b9e69d1ffd1d643b963a5cb6ae435488f63dcbb76e753408b7fe43b619317dfbe87e64f861a72979ed09b4a51d9080f975673e4308e5d9a3b0a26d60dd2fd04b3e47cf5e8c1e5f58c23a07e33a144cc1a6247c581b9de8ab7af625cd48e12267ff97d2c16c27d4c9f0cc293c588963a87d7a8638b388704c4f5eaae86e17c8bb96791c1a8cf89d557188b0640a1f210ffeaf48025fbe2669b664412fa581fa90ec9fbae87b1683e028e816991112838f376dd4a1b536978b19eb070a7d9895eb0434fef295f414e2236cac22dbd456418c4dae580db94a6b9b059403c2aacd1dc454e51467ba44fe8421294a0a1ddb69e6a98cc6698db1eb2b15ecf0a1595085c4c83764179098bef85d16abcd53f02a7775599f5f504c98b4de0955a39b4fd4418b6cf29c9235433d77c189c2b73e31f0370433b4720911efbe6aef04fc314f3413607bf15f7347b301d1f74cf52e45fb09736dfd47e18e0fba2050b45e338d866feae702d14a3a8e4eeeb3761387c2ba6b218c3eb31c533ea3f4f1237bca4af1c4184cd6045a222c6414b47e48dae32534b23f9e5fbbd506f69afa4e04335b3f25055e8d2e4eef2f31fb3a4a90ecf49bd8fe2f641cf3da731df35c36830f595daa3e56952b7b12ca2b7d2fb6ba77b19ab8adfc72e78b989f2e733b985edf2f2267806b2a9ac00e0f82a678ade0bdb91c0a69aedeb3bccb56104774a3e86fe0322772ea990c355f878c201353d1b66bb63a5a0ffe905d9b5f5a4b86b97aed10e6bad0a97b6ca7e7da09a3a467d4df438d1c0127f6b4619193abe9e289b9623cfd25c48299bac93b00c3c63146ebb417bf24401fcfb260a09e1156d30498e5e85e6aac6f2c831eec8a98c86c525aacf259f00e3a529538ebdb4ae7f3ae6d274f38498023a910477a49b001c9457888f39f8d17fab8a70a735902aaee3ad8fcfec79320f6ca2665cff702f686452319c9f54637c07c0441b4c2555708ed7b59e5724ce806072d0c4f3e574df63cf27e04a064c0c2e0651eb9fd6266733ca2573b409e95b05f9ef6abd1f1cb9fe584dbf5f6b5c26fc3d335668854f2837dabc42e8ee1acb46177b8c3ff7dabe42897ff1576b2e35b4b3310a17531a58519720c4dc321106965f2beffb092d170e02e5a2966110dc5c657a2bec667411bd69204e52a283701c009fe6a143e86c3ca7348888483cbdafc98c328f860843a656cf5cb1bd2bf97177121d024277e6b1cf6ca34194045c5fc3b018cc25d476ec09f65d15dfebf196d015ee9e188ea61a84e628f7c7cc2304bf4ab9a625bd8ebf6abe89a2ddcabab1ee4c26b75cf4094760ad178019f8230e4fb890764924a0a6b1bda3a7acd9861cefaf2045c256f35dc8d08c672cfdbfc21cc8d7545524ce8ab9e9b4c7120d738242845255a376f88a4c045ed42a65bf65cfbbc7c6ffccb819a5ec6659eca79aa07d76ce0b916d67b3a7313c2b25ec7264cdd8ec42366f50705d839448302bf4df6c0039a81e83d9bf6e5aa1459337a281d1af898b0505dbf35f1133ac7ed9555541f05f114e66ba08c620989de54734c717b1c4c7feaa6aed21cb0e9938722981ef667ffc7271f6d6ac78bdd9ce9c994323e1935a9a4cf3f73848e4e7e999bcb60496a2ae1d7b1945948e84a7e2548eea784e53bc10959a99cf78fe9d4628aa4b9138e91a7318b4115973cf8f61a8c81436074e57854d3f6b7bc82dfe2e398190c2e6f336b82cad6bef080797b5a5b6fc9e6b8e9bf108b66ea4e78b37eb25c5ecbe28a833bcc72f465aeace6085040bc4520fcee4c8469ac3d8303571297fc9eae0f5375be50203486e9bf63c146a93fcc7f4b2948387a4d0b21aff756022f7ab6e88f7489c2b4b73ea797e7ba8c9befbb26f68bcbe7f4b15351795a8911c596806d5da6a362159a6a7448a493e8f1d82cc9244bf34299a0a449391abbca29374b39ecf5bfd9b0c1b155c912308732758c37f4cf7faf8b087fdc047282d0ed753bf128cf521d064efe3e2735568183cde8992269e575a7d6cd1ea8f56199df5cee9a2825310588e2ad55960f1586cbf2f874824d881b92d4170b76f5168277b28b3f1bec233154578780b65eab71df349347e8a0ede72110b152e7160a1884d00e1408b089aaa02e28773b25160e759c43f45737121ef9653972ff921d837732b58c82db8fda26f4b35123aa9636240b7de96ea6a1102e37a37e84ca6f400ad711dfb4cce9add4589662bdba851cd36486a0dc6251db6f9572a0b7b523fd9ab7365b902f35ede9aa3de459c4492b6dfed4c0807994ae48fb79e3a0c359ceba6efc2619c251163c667c5e8611a2a087650c9d903406ff9ed8b9b96f4e74bf5ea06e5f78fd48dc72e9a5b123b4c4b039d2d878c24c3a07fd78544d33a73ecd184bc8c2db1afcfd9d04697694211451e12300299e668713b31584af55434eaadd624abeac65d3dabba6c628b0f8cee4afc84e209c7228ad913394fa77707793eaa3edfe24e71599efc1176d31a71ecc0ed7f6b663fff0e5954da8c507abe479babc8b98651cc12e411f26177e57bb50ae5c35028de8f38a901990dfcdcb3ac2e2fe53a9fb3cb02ad17c62e7f47b37f3a23129aa8e18989d8c3932fc214b2c7b6af444d2f77644baeb152ab22241c4c21c83399353788df5f31594798b51f1be69fc34a9fd3daa44a8dd0a2cf80324bdc123fc18913b53f65ce9aaa681ee83a359cdb1f8b70ada9c41bc45b7823e65d87ee866785e6f0b6d10b87ee030ccef2b2014b9fa3544533b6e33b4f84b2ec72cd0a5235137f48a312144e1261af1ead9e8d282e9e3669934c4e8101d2ee8943e2c3287f0480124cb294da33ba43866f51d70f54d468fc0906c5db2388aa40f3b25dbc98f7c54f65b36d05449bca6ab3960dddd389ed7cc97d8def1a74a399971f60bb451bcfbdf5e8a8d91f8d4eaa62892289a11bc8a1de59ad785d679935ac0649666c2d476fd774e2ca0d7d70dc0dd0c247f481ffc1dfb47d08afa684c5e7f5ee40b354f6d30926860354a414c0e25754eb3ceed6f52f88e27e0d286dc455f61cd3187f75db225be674c1c8cdd26b8f72656323f446ed387b122bf185685a2f3bf4e027e5ef80675948a62fef563a7747045005c9284e877e919dc7ba508b8563dbe71ebfb4f3bb2edc36cce32cc1ed836096f2904dbbf9a8112573adb941ad10a8e460ea490dbd5a6443a1b04511310663b15a119c76b17d7426f061277d62aa52c5e3f74804f7e5632829708804a58dc8c830e17d4b440a1a5bd85d10d022f9652312f53bc8fbc88936b8046772382f37ad2c7599c8529a3c7135c743a1e3e6f0d6c7afc5038dda924e212b544f803f6a12708c0eb1fee26794f2bc548718bcadfd46648b25d21a75c890b4871f1154ed417141f99f02ca4cc0be2deef57c70053a0ad308443934866e501fb286ad88c6d768107d05bcc6d361204452b7ad3d3f8503f1ff61d84cf06840f700ae08aa2672b359dead2669b3e6fa131c887f6d4d5cc5cabe92c7d694bf227dea415e43f30b167f586948725f237fe75d54ad067b8da79369b21e606132e2e769ee882b9a8db4173734969b2056b5b34d553d19acc3f7cc56837adcfe6a68a68f02e9fbc15e70407845d7fd6e6f5eaa40b14aeed8d001d00f705a5781b9578db6cba23b8787349265207792045a6b3695dc8de27462c29aa4e818da1f6754c0062eb05731cfd48afb26c82d468663e3ffaf54cacc79386ccd3cd7dcb65278dac7a8434a452231190f3a2f4ceef9d481c2e350f07301fb3a15a8f71a997eb600c947c74379227da9f6c0007e33a84624930b8c7936de57632a509387e66f085dac79f19e1e9379588c0882016b547cb04a0759eafff3bfbf709f1fd911b21d6b5edc4f70bb6a47c24ed715e882ef97e51c3a6e29a92f77f87a1c04de3b5cadb6b0f448432ca94e787cd7e716487cc969d5fff0cae7d18820033d44bf9d28dc651805db429e9eabfb6d441661c97b018a91021329d985b0a82c65ecf2ef104d458c822b83ec12d4ca11dcdd16568c0a8a352adc0bb351885e3f05cc665e83fac9d4fd15ced912070c204154bdac2af9867241eac2ce4eccd96f7dc6c1d6f01b82a49c97d77fb0493693fa563ffe60ff8d4df91127ac753a9cb09e95df5109bef4a76384c70dbc36b23aaf693235fe1977218929e8a4000b026882823e305f3dfcaba8ad7906c0091be0e8295880377c3701ec4f8990139c04f51962f595ee037103a036d5c3d9183f064b9c7708d29f1446d5b01147597dbb64b16432cd7bf582110aad8f1d2fa4f6ecacf0e35d3c5a67e4');


--
-- Data for Name: cursor; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.cursor VALUES
	('privacy.notifications', '1008763:1008801:1008763', NULL, 0, NULL, 10, '2026-11-30 08:26:47.766648+00', 0, NULL, NULL, '2026-11-30 08:26:47.456753+00', 0, NULL),
	('webhooks', '1008917:1008924:1008917,1008921', NULL, 0, NULL, 25, '2026-11-30 08:26:48.197381+00', 0, NULL, NULL, '2026-11-30 08:26:48.149641+00', 0, NULL),
	('logging', '1008763:1008807:1008763,1008802,1008803,1008805', NULL, 0, NULL, 13, '2026-11-30 08:26:47.92187+00', 0, NULL, NULL, '2026-11-30 08:26:47.474532+00', 0, NULL),
	('privacy.todos', '1008763:1008807:1008763,1008802,1008803,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.922069+00', 0, NULL, NULL, '2026-11-30 08:26:47.45744+00', 0, NULL),
	('privacy.files', '1008763:1008807:1008763,1008802,1008803,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.953519+00', 0, NULL, NULL, '2026-11-30 08:26:47.456258+00', 0, NULL),
	('privacy.scheduler', '1008763:1008807:1008763,1008802,1008803,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.922264+00', 0, NULL, NULL, '2026-11-30 08:26:47.473489+00', 0, NULL),
	('users', '1008763:1008801:1008763,1008797', NULL, 0, NULL, 12, '2026-11-30 08:26:47.766544+00', 0, NULL, NULL, '2026-11-30 08:26:47.457165+00', 0, NULL),
	('privacy.logging', '1008763:1008807:1008763,1008802,1008803,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.92119+00', 0, NULL, NULL, '2026-11-30 08:26:47.456582+00', 0, NULL),
	('privacy.users', '1008763:1008807:1008763,1008802,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.921695+00', 0, NULL, NULL, '2026-11-30 08:26:47.463198+00', 0, NULL),
	('privacy.profiles', '1008763:1008812:1008763,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.944914+00', 0, NULL, NULL, '2026-11-30 08:26:47.483051+00', 0, NULL),
	('profiles', '1008763:1008810:1008763,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.945344+00', 0, NULL, NULL, '2026-11-30 08:26:47.461154+00', 0, NULL),
	('privacy.audit', '1008763:1008814:1008763,1008805,1008812', NULL, 0, NULL, 10, '2026-11-30 08:26:47.94446+00', 0, NULL, NULL, '2026-11-30 08:26:47.483401+00', 0, NULL),
	('privacy.authorization', '1008763:1008812:1008763,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.944923+00', 0, NULL, NULL, '2026-11-30 08:26:47.502542+00', 0, NULL),
	('privacy.webhooks', '1008763:1008812:1008763,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.945721+00', 0, NULL, NULL, '2026-11-30 08:26:47.507408+00', 0, NULL),
	('privacy.observability', '1008763:1008829:1008763,1008805', NULL, 0, NULL, 10, '2026-11-30 08:26:47.943687+00', 0, NULL, NULL, '2026-11-30 08:26:47.526809+00', 0, NULL);


--
-- Data for Name: event_20261129; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261130; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.event_20261130 VALUES
	(1, '1005794', '2026-11-30 08:26:26.559078+00', '01a22b8f-ffff-7526-a959-554abda7c4e8', 'authorization.role_assigned.v1', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '{"requestId": "01a22b8f-d143-772b-9a09-f7a369c2edcb", "traceparent": "00-01a22b8fd143772b9a09f7a369c2edcb-9a09f7a369c2edcb-01"}', '{"roleId": "01900000-0000-7000-8000-000000000002", "userId": "01a22b8f-fdc6-75fa-a22c-f6f8a4382cea"}'),
	(2, '1005794', '2026-11-30 08:26:26.559078+00', '01a22b8f-ffff-7527-bb5a-02b9d157c084', 'users.registered.v1', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '{"requestId": "01a22b8f-d143-772b-9a09-f7a369c2edcb", "traceparent": "00-01a22b8fd143772b9a09f7a369c2edcb-9a09f7a369c2edcb-01"}', '{"userId": "01a22b8f-fdc6-75fa-a22c-f6f8a4382cea"}'),
	(3, '1005794', '2026-11-30 08:26:26.559078+00', '01a22b8f-ffff-7528-9f89-d4aebf79c404', 'authorization.role_assigned.v1', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '{"requestId": "01a22b8f-d143-772b-9a09-f7a369c2edcb", "traceparent": "00-01a22b8fd143772b9a09f7a369c2edcb-9a09f7a369c2edcb-01"}', '{"roleId": "01900000-0000-7000-8000-000000000001", "userId": "01a22b8f-fdc6-75fa-a22c-f6f8a4382cea"}'),
	(4, '1006280', '2026-11-30 08:26:29.089237+00', '01a22b90-0add-7579-977c-789f465d1732', 'users.logged_in.v1', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '{"requestId": "01a22b90-028c-72fc-855c-020814dd4056", "traceparent": "00-01a22b90028c72fc855c020814dd4056-855c020814dd4056-01"}', '{"userId": "01a22b8f-fdc6-75fa-a22c-f6f8a4382cea", "sessionId": "01a22b90-0a27-702e-aafc-69627db33ed2"}'),
	(5, '1006464', '2026-11-30 08:26:31.295695+00', '01a22b90-1158-7460-8bcd-5da855c43d7e', 'authorization.permission_granted.v1', '01a22b90-104e-731a-8671-2108c6813ffa', '{"requestId": "01a22b90-0dd1-72fe-8335-a217ebf2d1d0", "traceparent": "00-01a22b900dd172fe8335a217ebf2d1d0-8335a217ebf2d1d0-01"}', '{"roleId": "01a22b90-104e-731a-8671-2108c6813ffa", "permission": "authorization.check"}'),
	(6, '1006464', '2026-11-30 08:26:31.295695+00', '01a22b90-1158-7461-847c-314c9bbf5f90', 'authorization.role_created.v1', '01a22b90-104e-731a-8671-2108c6813ffa', '{"requestId": "01a22b90-0dd1-72fe-8335-a217ebf2d1d0", "traceparent": "00-01a22b900dd172fe8335a217ebf2d1d0-8335a217ebf2d1d0-01"}', '{"roleId": "01a22b90-104e-731a-8671-2108c6813ffa"}'),
	(7, '1006513', '2026-11-30 08:26:31.841675+00', '01a22b90-1235-7515-9518-db2376034449', 'scheduler.job_created.v1', '01a22b90-1220-74d6-8a4b-1506c93c0877', '{"requestId": "01a22b90-11fd-7059-8afb-5e7769440629", "traceparent": "00-01a22b9011fd70598afb5e7769440629-8afb5e7769440629-01"}', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877"}'),
	(8, '1006528', '2026-11-30 08:26:32.013718+00', '01a22b90-132f-7287-a73c-bac067c661e8', 'scheduler.job_updated.v1', '01a22b90-1220-74d6-8a4b-1506c93c0877', '{"requestId": "01a22b90-1251-710b-8713-29750c656ff9", "traceparent": "00-01a22b901251710b871329750c656ff9-871329750c656ff9-01"}', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877"}'),
	(9, '1007110', '2026-11-30 08:26:36.127622+00', '01a22b90-24f1-70dc-bb6b-da4f208bee4b', 'audit.sealed_late.v1', 'localhost:0/audit/ce19a2d8', '{"requestId": "", "traceparent": null}', '{"ageMs": 3491, "origin": "localhost:0/audit/ce19a2d8", "toSequence": 9, "fromSequence": 9}'),
	(10, '1007117', '2026-11-30 08:26:36.222282+00', '01a22b90-2504-7338-ae07-30f2fdeb6b4d', 'scheduler.execution_succeeded.v1', '01a22b90-1220-74d6-8a4b-1506c93c0877', '{"requestId": "01a22b90-13d2-7543-ac55-5e2c17db6a97", "traceparent": "00-01a22b9013d27543ac555e2c17db6a97-ac555e2c17db6a97-01"}', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877", "executionId": "01a22b90-15cc-7000-a7cc-de860a171f14"}'),
	(11, '1007152', '2026-11-30 08:26:36.650352+00', '01a22b90-27cd-77e9-afb8-431ac60aefa3', 'authorization.role_assigned.v1', '01a22b90-24e4-72fc-979f-2dae73b01823', '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', '{"roleId": "01900000-0000-7000-8000-000000000002", "userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(12, '1007152', '2026-11-30 08:26:36.650352+00', '01a22b90-27cd-77ea-bbcf-b5bf19ed5c93', 'users.registered.v1', '01a22b90-24e4-72fc-979f-2dae73b01823', '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(13, '1007152', '2026-11-30 08:26:36.650352+00', '01a22b90-27cd-77eb-a794-0ce90833bd4e', 'notifications.created.v1', '01a22b90-2621-72ec-86a5-13a00405a8d9', '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', '{"notificationId": "01a22b90-2621-72ec-86a5-13a00405a8d9"}'),
	(14, '1007386', '2026-11-30 08:26:38.315205+00', '01a22b90-2b75-7508-8049-51ec7da31d6b', 'notifications.sent.v1', '01a22b90-2621-72ec-86a5-13a00405a8d9', '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', '{"notificationId": "01a22b90-2621-72ec-86a5-13a00405a8d9"}'),
	(15, '1007419', '2026-11-30 08:26:38.389284+00', '01a22b90-2c42-7656-bfb4-e11e5db3b112', 'users.email_verified.v1', '01a22b90-24e4-72fc-979f-2dae73b01823', '{"requestId": "01a22b90-2b94-7664-b247-8beb57c63732", "traceparent": "00-01a22b902b947664b2478beb57c63732-b2478beb57c63732-01"}', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(16, '1007535', '2026-11-30 08:26:39.342603+00', '01a22b90-31b3-76ef-9c30-2d3d9f245548', 'users.logged_in.v1', '01a22b90-24e4-72fc-979f-2dae73b01823', '{"requestId": "01a22b90-2d55-744f-a63a-dd8a700f2b64", "traceparent": "00-01a22b902d55744fa63add8a700f2b64-a63add8a700f2b64-01"}', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823", "sessionId": "01a22b90-30e9-7790-a274-06d106196de6"}'),
	(17, '1007704', '2026-11-30 08:26:40.407155+00', '01a22b90-3399-73ac-8bda-0fb57d58a50a', 'todos.created.v1', '01a22b90-3394-72ab-a644-6ae2879d86ef', '{"requestId": "01a22b90-3351-7397-990f-d6ea1f442d22", "traceparent": "00-01a22b9033517397990fd6ea1f442d22-990fd6ea1f442d22-01"}', '{"todoId": "01a22b90-3394-72ab-a644-6ae2879d86ef", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(18, '1007711', '2026-11-30 08:26:40.429142+00', '01a22b90-33cc-757e-8181-3d9de1467b3a', 'todos.created.v1', '01a22b90-33ac-7794-bc94-ae20517c3a9c', '{"requestId": "01a22b90-33a8-7753-bbeb-34558362d7be", "traceparent": "00-01a22b9033a87753bbeb34558362d7be-bbeb34558362d7be-01"}', '{"todoId": "01a22b90-33ac-7794-bc94-ae20517c3a9c", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(19, '1007720', '2026-11-30 08:26:40.480131+00', '01a22b90-33e1-76bb-bb78-245f6be7c894', 'todos.created.v1', '01a22b90-33de-731e-a31b-e6620a72ba54', '{"requestId": "01a22b90-33d9-7670-aa17-60edcff7bca5", "traceparent": "00-01a22b9033d97670aa1760edcff7bca5-aa1760edcff7bca5-01"}', '{"todoId": "01a22b90-33de-731e-a31b-e6620a72ba54", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(20, '1007817', '2026-11-30 08:26:41.18977+00', '01a22b90-384c-70a5-885d-e8f05bf568b5', 'files.uploaded.v1', '01a22b90-34c9-7046-919f-063fc775d43d', '{"requestId": "01a22b90-34a0-764c-9709-61e22050d021", "traceparent": "00-01a22b9034a0764c970961e22050d021-970961e22050d021-01"}', '{"fileId": "01a22b90-34c9-7046-919f-063fc775d43d", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(21, '1008117', '2026-11-30 08:26:43.247523+00', '01a22b90-411a-73e0-9dd6-b33aa9b70d81', 'files.uploaded.v1', '01a22b90-3a85-73ae-ba88-6566d8c6ebd4', '{"requestId": "01a22b90-3984-72bd-911d-114a045b60a9", "traceparent": "00-01a22b90398472bd911d114a045b60a9-911d114a045b60a9-01"}', '{"fileId": "01a22b90-3a85-73ae-ba88-6566d8c6ebd4", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(22, '1008183', '2026-11-30 08:26:43.731297+00', '01a22b90-4278-730c-8c2b-e586f32bddce', 'files.available.v1', '01a22b90-34c9-7046-919f-063fc775d43d', '{"requestId": "01a22b90-34a0-764c-9709-61e22050d021", "traceparent": "00-01a22b9034a0764c970961e22050d021-970961e22050d021-01"}', '{"fileId": "01a22b90-34c9-7046-919f-063fc775d43d", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(23, '1008311', '2026-11-30 08:26:44.586659+00', '01a22b90-444c-7314-945c-674e6284e4f2', 'profiles.created.v1', '01a22b90-24e4-72fc-979f-2dae73b01823', '{"requestId": "01a22b90-424e-7607-ba18-ec74d77e8149", "traceparent": "00-01a22b90424e7607ba18ec74d77e8149-ba18ec74d77e8149-01"}', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(24, '1008471', '2026-11-30 08:26:45.56257+00', '01a22b90-480f-711f-9a1a-8207f4619c24', 'files.available.v1', '01a22b90-3a85-73ae-ba88-6566d8c6ebd4', '{"requestId": "01a22b90-3984-72bd-911d-114a045b60a9", "traceparent": "00-01a22b90398472bd911d114a045b60a9-911d114a045b60a9-01"}', '{"fileId": "01a22b90-3a85-73ae-ba88-6566d8c6ebd4", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}'),
	(25, '1008448', '2026-11-30 08:26:45.491986+00', '01a22b90-479f-7098-a9a4-11dddc4a778d', 'authorization.role_assigned.v1', '01a22b90-476a-726c-9d49-defe70b7da78', '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', '{"roleId": "01900000-0000-7000-8000-000000000002", "userId": "01a22b90-476a-726c-9d49-defe70b7da78"}'),
	(26, '1008448', '2026-11-30 08:26:45.491986+00', '01a22b90-47a4-7049-b8b6-3114973aeedb', 'users.registered.v1', '01a22b90-476a-726c-9d49-defe70b7da78', '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78"}'),
	(27, '1008448', '2026-11-30 08:26:45.491986+00', '01a22b90-47a4-704a-8427-ff228dcbacb6', 'notifications.created.v1', '01a22b90-4795-7676-acc5-e4768e4193a9', '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', '{"notificationId": "01a22b90-4795-7676-acc5-e4768e4193a9"}'),
	(30, '1008744', '2026-11-30 08:26:47.153019+00', '01a22b90-4e70-7544-83a8-277d545b4d3b', 'users.logged_in.v1', '01a22b90-476a-726c-9d49-defe70b7da78', '{"requestId": "01a22b90-4c41-7337-bf52-ef2c4d8ef7d6", "traceparent": "00-01a22b904c417337bf52ef2c4d8ef7d6-bf52ef2c4d8ef7d6-01"}', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78", "sessionId": "01a22b90-4e63-730d-bab6-63d788c3acdb"}'),
	(28, '1008662', '2026-11-30 08:26:46.572052+00', '01a22b90-4c2f-7071-9ac0-de51dab98762', 'users.email_verified.v1', '01a22b90-476a-726c-9d49-defe70b7da78', '{"requestId": "01a22b90-4b5c-71eb-a0eb-d3a92ea4d378", "traceparent": "00-01a22b904b5c71eba0ebd3a92ea4d378-a0ebd3a92ea4d378-01"}', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78"}'),
	(29, '1008635', '2026-11-30 08:26:46.493325+00', '01a22b90-4bc7-7210-8050-ec8e37cf4d9e', 'notifications.sent.v1', '01a22b90-4795-7676-acc5-e4768e4193a9', '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', '{"notificationId": "01a22b90-4795-7676-acc5-e4768e4193a9"}');


--
-- Data for Name: event_20261201; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261202; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261203; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261204; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261205; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261206; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261207; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261208; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261209; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261210; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261211; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261212; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261213; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: event_20261214; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261129; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261130; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.inbox_20261130 VALUES
	('webhooks', '01a22b8f-ffff-7526-a959-554abda7c4e8', '2026-11-30 08:26:26.559078+00'),
	('users', '01a22b8f-ffff-7526-a959-554abda7c4e8', '2026-11-30 08:26:26.559078+00'),
	('users', '01a22b8f-ffff-7528-9f89-d4aebf79c404', '2026-11-30 08:26:26.559078+00'),
	('webhooks', '01a22b8f-ffff-7527-bb5a-02b9d157c084', '2026-11-30 08:26:26.559078+00'),
	('webhooks', '01a22b8f-ffff-7528-9f89-d4aebf79c404', '2026-11-30 08:26:26.559078+00'),
	('webhooks', '01a22b90-0add-7579-977c-789f465d1732', '2026-11-30 08:26:29.089237+00'),
	('webhooks', '01a22b90-1158-7460-8bcd-5da855c43d7e', '2026-11-30 08:26:31.295695+00'),
	('webhooks', '01a22b90-1158-7461-847c-314c9bbf5f90', '2026-11-30 08:26:31.295695+00'),
	('webhooks', '01a22b90-1235-7515-9518-db2376034449', '2026-11-30 08:26:31.841675+00'),
	('webhooks', '01a22b90-132f-7287-a73c-bac067c661e8', '2026-11-30 08:26:32.013718+00'),
	('logging', '01a22b90-24f1-70dc-bb6b-da4f208bee4b', '2026-11-30 08:26:36.127622+00'),
	('webhooks', '01a22b90-24f1-70dc-bb6b-da4f208bee4b', '2026-11-30 08:26:36.127622+00'),
	('webhooks', '01a22b90-2504-7338-ae07-30f2fdeb6b4d', '2026-11-30 08:26:36.222282+00'),
	('webhooks', '01a22b90-27cd-77e9-afb8-431ac60aefa3', '2026-11-30 08:26:36.650352+00'),
	('webhooks', '01a22b90-27cd-77ea-bbcf-b5bf19ed5c93', '2026-11-30 08:26:36.650352+00'),
	('webhooks', '01a22b90-27cd-77eb-a794-0ce90833bd4e', '2026-11-30 08:26:36.650352+00'),
	('users', '01a22b90-27cd-77e9-afb8-431ac60aefa3', '2026-11-30 08:26:36.650352+00'),
	('webhooks', '01a22b90-2b75-7508-8049-51ec7da31d6b', '2026-11-30 08:26:38.315205+00'),
	('logging', '01a22b90-2b75-7508-8049-51ec7da31d6b', '2026-11-30 08:26:38.315205+00'),
	('webhooks', '01a22b90-2c42-7656-bfb4-e11e5db3b112', '2026-11-30 08:26:38.389284+00'),
	('webhooks', '01a22b90-31b3-76ef-9c30-2d3d9f245548', '2026-11-30 08:26:39.342603+00'),
	('webhooks', '01a22b90-3399-73ac-8bda-0fb57d58a50a', '2026-11-30 08:26:40.407155+00'),
	('webhooks', '01a22b90-33cc-757e-8181-3d9de1467b3a', '2026-11-30 08:26:40.429142+00'),
	('webhooks', '01a22b90-33e1-76bb-bb78-245f6be7c894', '2026-11-30 08:26:40.480131+00'),
	('webhooks', '01a22b90-384c-70a5-885d-e8f05bf568b5', '2026-11-30 08:26:41.18977+00'),
	('webhooks', '01a22b90-411a-73e0-9dd6-b33aa9b70d81', '2026-11-30 08:26:43.247523+00'),
	('webhooks', '01a22b90-4278-730c-8c2b-e586f32bddce', '2026-11-30 08:26:43.731297+00'),
	('webhooks', '01a22b90-444c-7314-945c-674e6284e4f2', '2026-11-30 08:26:44.586659+00'),
	('logging', '01a22b90-444c-7314-945c-674e6284e4f2', '2026-11-30 08:26:44.586659+00'),
	('webhooks', '01a22b90-480f-711f-9a1a-8207f4619c24', '2026-11-30 08:26:45.56257+00'),
	('users', '01a22b90-479f-7098-a9a4-11dddc4a778d', '2026-11-30 08:26:45.491986+00'),
	('webhooks', '01a22b90-479f-7098-a9a4-11dddc4a778d', '2026-11-30 08:26:45.491986+00'),
	('webhooks', '01a22b90-47a4-7049-b8b6-3114973aeedb', '2026-11-30 08:26:45.491986+00'),
	('webhooks', '01a22b90-47a4-704a-8427-ff228dcbacb6', '2026-11-30 08:26:45.491986+00'),
	('webhooks', '01a22b90-4c2f-7071-9ac0-de51dab98762', '2026-11-30 08:26:46.572052+00'),
	('logging', '01a22b90-4bc7-7210-8050-ec8e37cf4d9e', '2026-11-30 08:26:46.493325+00'),
	('webhooks', '01a22b90-4bc7-7210-8050-ec8e37cf4d9e', '2026-11-30 08:26:46.493325+00'),
	('webhooks', '01a22b90-4e70-7544-83a8-277d545b4d3b', '2026-11-30 08:26:47.153019+00');


--
-- Data for Name: inbox_20261201; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261202; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261203; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261204; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261205; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261206; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261207; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261208; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261209; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261210; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261211; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261212; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261213; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: inbox_20261214; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: invalidation; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.invalidation VALUES
	('1000947', '2026-11-30 08:25:54.571809+00', 'authorization.subject', '*'),
	('1005794', '2026-11-30 08:26:26.559078+00', 'authorization.subject', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('1005794', '2026-11-30 08:26:26.559078+00', 'authorization.subject', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('1007152', '2026-11-30 08:26:36.650352+00', 'authorization.subject', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('1007419', '2026-11-30 08:26:38.389284+00', 'authorization.subject', '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('1008448', '2026-11-30 08:26:45.491986+00', 'authorization.subject', '01a22b90-476a-726c-9d49-defe70b7da78'),
	('1008662', '2026-11-30 08:26:46.572052+00', 'authorization.subject', '01a22b90-476a-726c-9d49-defe70b7da78');


--
-- Data for Name: lasting_key; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.lasting_key VALUES
	('seal:audit', '\x01bcde2fa7c777d2bf15613c8180124521db08d165701fe38ccb9cf5e9f499c25815e800dd56f3d3a8bd8960ab91cd6f6695921f5325c821a3473f96b8'),
	('seal:audit.archive', '\x01ae5dec4f8ad39e9ee9788cef6253e81406d3e92468310f04d533d13e0cad1f259beea4530c31b4cbacef5bbb1ad53617e11d6c14760ae5aed6478975'),
	('mac:notifications.recipient', '\x01c00f6b5fef432947179019c288ee6c82ddfda96e68b6f26d9a11d0ffb5e458cd36e97363c78a71856a8707721d7375d264c9e6225660fd51b2b411f1'),
	('mac:notifications.unsubscribe', '\x01bb75397a2e68bb7ea6ffaf826b44639fa4b57bf6555cfe5ee5ed8f98d592285a86743e582af7ab695e1df2b2f9a8cd8693fe3351d1448c97fce50349'),
	('mac:users.recovery_code', '\x0113a27bf8a058d16722b155f2ef1afec09a213a070995a1d63c06a9227ffed415a6354d7063bbe09dcc94f1da3eba5c999cc970068711ea15c28bcdf8'),
	('mac:logging.checksum', '\x01c9ccc1f089900c342261272446b4041f55aeac5e57ae230d68e502d343a6abb603df38fa951664c255f5ade29ac885b52c7cabcde11f52dc0bdab2d8');


--
-- Data for Name: node; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: person_key; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.person_key VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '\x0177bacb0aeb98448c0f48e5b2f77c5273693b57d12c23a4a7152d1327df604e4ee3071526b4d09b11cbd7ab51071a023ed29c9e306c4a0818609a824a', '2026-11-30 08:26:26.559078+00', NULL),
	('01a22b90-24e4-72fc-979f-2dae73b01823', '\x0156446a070078aa8c937006feded11595f28009b1ff965a8aeb90d96b51e414db368d682c2cf77331d9b2dc7a502ffd9582728d5391bf1f020c7da589', '2026-11-30 08:26:36.650352+00', NULL),
	('01a22b90-476a-726c-9d49-defe70b7da78', '\x0198ea8911165c4ddc9239a793b6b7bc628ef22ea751145cd3f6f1a8146609bbafda321c47510d26af419577f7136cae417699225cb778a8aece211397', '2026-11-30 08:26:45.491986+00', NULL);


--
-- Data for Name: secret_use; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.secret_use VALUES
	('\xaeacd28c1bb1837d074efd194feef6495665687c07a152733d7d1d210ff8f968', '2026-11-30 08:25:47.04417+00');


--
-- Data for Name: stopped_node; Type: TABLE DATA; Schema: platform; Owner: -
--



--
-- Data for Name: work; Type: TABLE DATA; Schema: platform; Owner: -
--

INSERT INTO platform.work VALUES
	('01a22b8f-d45c-7379-afac-7886fcb7b073', 24, 'platform.job', 0, 'ba254a17-973d-8293-5694-45018b751010 2026-11-30T08:35:52.481Z', NULL, false, '2026-11-30 08:35:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fba80754d89f37f5367c976b1-89f37f5367c976b1-01"}', NULL, NULL),
	('01a22b8f-d45c-737b-8937-51f42bc167a2', 26, 'platform.job', 0, '762581da-602e-e20d-44fc-d80cfb5ed565 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fba80754e97e1a2b4fdb6b4c1-97e1a2b4fdb6b4c1-01"}', NULL, NULL),
	('01a22b8f-d45c-737d-a108-9c1cef79aa4c', 28, 'platform.job', 0, '8d91e456-8e6e-33b6-f14d-1e136212430c 2026-11-30T08:30:52.481Z', NULL, false, '2026-11-30 08:30:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fba80754fb386e9882cdc1116-b386e9882cdc1116-01"}', NULL, NULL),
	('01a22b8f-d45c-737f-b3b0-2369aedd0b42', 30, 'platform.job', 0, '282711be-6897-9900-8d91-94041138b750 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fbac373b48f612849ddae22e3-8f612849ddae22e3-01"}', NULL, NULL),
	('01a22b8f-d45c-7381-b2e1-8b94de6439de', 32, 'platform.job', 0, 'a0c541f9-e180-9677-04fb-8757e128d769 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fbac472c7a42fc60c4bffba51-a42fc60c4bffba51-01"}', NULL, NULL),
	('01a22b8f-d45c-7383-9a2c-71858114a678', 34, 'platform.job', 0, '582c2b13-dacd-00dc-621f-4ced7abdb8b2 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fbac472c881ea047ae8606df5-81ea047ae8606df5-01"}', NULL, NULL),
	('01a22b8f-d45c-7385-a8ce-6668b40a8ece', 36, 'platform.job', 0, '385f384c-e723-2465-dad0-d2153ac4ed96 2026-11-30T08:30:52.481Z', NULL, false, '2026-11-30 08:30:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fbac472c9a1e44d395925e41c-a1e44d395925e41c-01"}', NULL, NULL),
	('01a22b8f-d45c-7387-ad9f-dc64ae7d3f98', 38, 'platform.job', 0, '9d520ede-8abb-7180-cafe-2c151b269538 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fbac472cabfb7610f816f4456-bfb7610f816f4456-01"}', NULL, NULL),
	('01a22b8f-e43a-72f4-b187-75e496adb6ef', 40, 'platform.job', 0, 'c3b4122c-d00a-c94c-40f5-c94c63c13e32 2026-12-01T08:25:52.481Z', NULL, false, '2026-12-01 08:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f77438a8019d370be27be-8a8019d370be27be-01"}', NULL, NULL),
	('01a22b8f-e8d2-754d-9527-63e8bda04734', 56, 'platform.job', 0, '5f168d02-b693-deb2-eaf0-19e0e7b8985d 2026-12-01T08:25:52.481Z', NULL, false, '2026-12-01 08:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172d780574b15c0dcf1cb-80574b15c0dcf1cb-01"}', NULL, NULL),
	('01a22b8f-e8d2-754f-b016-aed4a8ceebd0', 58, 'platform.job', 0, '37d259c4-e880-95d0-071b-20e9a74c8e29 2026-11-30T08:26:52.481Z', NULL, false, '2026-11-30 08:26:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172d8a189d1f62e1a29de-a189d1f62e1a29de-01"}', NULL, NULL),
	('01a22b8f-e8d2-7551-8c28-06fab790ac2e', 60, 'platform.job', 0, 'a5304e8f-224c-c18e-b972-07b0d3a67a82 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172d9b6384c2327ad32c1-b6384c2327ad32c1-01"}', NULL, NULL),
	('01a22b8f-e43a-72f8-85f8-69ee149869b8', 44, 'platform.job', 0, '1cd1325e-5cbc-a9c0-8090-16f3da7a2f62 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f7745a6c2ecb745dc13f0-a6c2ecb745dc13f0-01"}', NULL, NULL),
	('01a22b8f-e43a-72fa-9d02-41731cc05221', 46, 'platform.job', 0, 'e0954217-32f1-228c-cb11-bee8ac8f38a8 2026-11-30T08:30:52.481Z', NULL, false, '2026-11-30 08:30:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f7746981332e70ea6f957-981332e70ea6f957-01"}', NULL, NULL),
	('01a22b8f-e43a-72fc-be11-252f7a7c32a2', 48, 'platform.job', 0, '5468a94c-ff32-0409-12c4-c6b7841878da 2026-12-01T08:25:52.481Z', NULL, false, '2026-12-01 08:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f7747b9e74bad79d24b5e-b9e74bad79d24b5e-01"}', NULL, NULL),
	('01a22b8f-e43a-72fe-b8e4-2ccb018a57b8', 50, 'platform.job', 0, '9c2fe190-86a1-bbcc-6ea9-ca8ffb577cac 2026-12-30T08:25:52.481Z', NULL, false, '2026-12-30 08:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f7748bdfc558780fddc03-bdfc558780fddc03-01"}', NULL, NULL),
	('01a22b8f-e43a-7300-aa01-8b7a3bb85227', 52, 'platform.job', 0, 'aee96582-caad-3dd6-7030-b0def53f0b4a 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f7749bd7ece9b1f601c3c-bd7ece9b1f601c3c-01"}', NULL, NULL),
	('01a22b8f-e43a-7302-ac87-c59799ed868d', 54, 'platform.job', 0, '76b9beda-f8d7-efe9-a8de-0761a0f710c2 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fd80f774a8280a96013794f15-8280a96013794f15-01"}', NULL, NULL),
	('01a22b8f-e8d2-7553-aa71-9966d97e9fa6', 62, 'platform.job', 0, '1d13027b-adc4-5a27-91f5-3d906df0ef55 2026-11-30T09:25:52.481Z', NULL, false, '2026-11-30 09:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172da856454fd478bd9fe-856454fd478bd9fe-01"}', NULL, NULL),
	('01a22b8f-e8d2-7555-a095-0f3676accd0b', 64, 'platform.job', 0, 'd9e48c20-fe90-418d-ef0a-7fcd7cc35f28 2026-11-30T14:25:52.481Z', NULL, false, '2026-11-30 14:25:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172db965f528c20557617-965f528c20557617-01"}', NULL, NULL),
	('01a22b8f-e8d2-7557-b5d8-2d5c89a5c67c', 66, 'platform.job', 0, 'd340052d-1381-d067-28bb-78ab1c0655ab 2026-11-30T08:35:52.481Z', NULL, false, '2026-11-30 08:35:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b8fe5a172dc8948a49ad8a3200f-8948a49ad8a3200f-01"}', NULL, NULL),
	('01a22b90-1330-74db-8434-dbb3a6156aa5', 71, 'scheduler.due', 0, '01a22b90-1220-74d6-8a4b-1506c93c0877 2026-12-01T03:00:00.000Z', NULL, false, '2026-12-01 03:00:00+00', NULL, 0, 0, NULL, '{"requestId": "01a22b90-1251-710b-8713-29750c656ff9", "traceparent": "00-01a22b901251710b871329750c656ff9-871329750c656ff9-01"}', NULL, NULL),
	('01a22b90-2535-718f-a009-43b3473cc372', 79, 'webhooks.delivery', 1, '01a22b90-2523-74df-b6f4-a22fceec3bb0', NULL, false, '2026-11-30 08:37:28.823022+00', NULL, 2, 1, NULL, '{"requestId": "", "traceparent": null}', NULL, NULL),
	('01a22b90-2561-70bf-8edb-fcc7c06f9fbb', 80, 'webhooks.delivery', 1, '01a22b90-255c-7189-b482-af0a2a1c3148', NULL, false, '2026-11-30 08:37:29.223597+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-13d2-7543-ac55-5e2c17db6a97", "traceparent": "00-01a22b9013d27543ac555e2c17db6a97-ac555e2c17db6a97-01"}', NULL, NULL),
	('01a22b90-2c1a-770b-8398-d349425408f9', 85, 'webhooks.delivery', 1, '01a22b90-2c18-74d0-bd4a-fb67f047bfff', NULL, false, '2026-11-30 08:37:28.711735+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', NULL, NULL),
	('01a22b90-33be-7524-91cb-e3f6e3147ee4', 88, 'webhooks.delivery', 1, '01a22b90-33bd-734e-b3b7-31d48ffbb06b', NULL, false, '2026-11-30 08:37:28.957578+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-3351-7397-990f-d6ea1f442d22", "traceparent": "00-01a22b9033517397990fd6ea1f442d22-990fd6ea1f442d22-01"}', NULL, NULL),
	('01a22b90-3492-7397-9982-ed0fc9d2afed', 90, 'webhooks.delivery', 1, '01a22b90-348c-779f-95f4-81ef1f930732', NULL, false, '2026-11-30 08:37:28.356232+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-33d9-7670-aa17-60edcff7bca5", "traceparent": "00-01a22b9033d97670aa1760edcff7bca5-aa1760edcff7bca5-01"}', NULL, NULL),
	('01a22b90-1459-7323-bf71-009a4339ad83', 74, 'webhooks.delivery', 1, '01a22b90-1329-705b-98f8-89bd8aa32b11', NULL, false, '2026-11-30 08:37:28.845069+00', NULL, 4, 2, NULL, '{"requestId": "01a22b90-11fd-7059-8afb-5e7769440629", "traceparent": "00-01a22b9011fd70598afb5e7769440629-8afb5e7769440629-01"}', NULL, NULL),
	('01a22b90-1459-7321-af67-bd51c63ba0d2', 72, 'webhooks.delivery', 1, '01a22b90-1329-705a-b98d-b6d29cc4e00f', NULL, false, '2026-11-30 08:37:28.726241+00', NULL, 4, 2, NULL, '{"requestId": "01a22b90-0dd1-72fe-8335-a217ebf2d1d0", "traceparent": "00-01a22b900dd172fe8335a217ebf2d1d0-8335a217ebf2d1d0-01"}', NULL, NULL),
	('01a22b90-1459-7322-a89c-68f2cfc9b2d4', 73, 'webhooks.delivery', 1, '01a22b90-13d1-722d-8f24-6224955d222f', NULL, false, '2026-11-30 08:37:29.300191+00', NULL, 4, 2, NULL, '{"requestId": "01a22b90-0dd1-72fe-8335-a217ebf2d1d0", "traceparent": "00-01a22b900dd172fe8335a217ebf2d1d0-8335a217ebf2d1d0-01"}', NULL, NULL),
	('01a22b90-2b76-7343-af1a-385824dd304d', 84, 'webhooks.delivery', 1, '01a22b90-2b63-7567-95b7-f883b3fdb63f', NULL, false, '2026-11-30 08:37:29.082475+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', NULL, NULL),
	('01a22b90-2b76-7342-ae9e-84076a39562b', 83, 'webhooks.delivery', 1, '01a22b90-2b75-7507-9751-254f7ab57a84', NULL, false, '2026-11-30 08:37:28.318475+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', NULL, NULL),
	('01a22b90-2b76-7341-96cb-a08423f7d9e7', 82, 'webhooks.delivery', 1, '01a22b90-2b62-7426-8918-1aeb77dadfdb', NULL, false, '2026-11-30 08:37:28.400891+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-22f5-716c-93a8-4f2eccf86fc8", "traceparent": "00-01a22b9022f5716c93a84f2eccf86fc8-93a84f2eccf86fc8-01"}', NULL, NULL),
	('01a22b90-2eb9-777f-84b1-478d81325ba3', 86, 'webhooks.delivery', 1, '01a22b90-2e70-764a-a13c-4e4ecd4a5431', NULL, false, '2026-11-30 08:37:29.207872+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-2b94-7664-b247-8beb57c63732", "traceparent": "00-01a22b902b947664b2478beb57c63732-b2478beb57c63732-01"}', NULL, NULL),
	('01a22b90-3378-7524-987a-05497af30a57', 87, 'webhooks.delivery', 1, '01a22b90-3350-7384-9f29-180b2ebb4ae3', NULL, false, '2026-11-30 08:37:28.955324+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-2d55-744f-a63a-dd8a700f2b64", "traceparent": "00-01a22b902d55744fa63add8a700f2b64-a63add8a700f2b64-01"}', NULL, NULL),
	('01a22b90-3477-71ee-bf3c-43f0ed0ea9fc', 89, 'webhooks.delivery', 1, '01a22b90-3474-7502-baa1-dde645d92583', NULL, false, '2026-11-30 08:37:28.559754+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-33a8-7753-bbeb-34558362d7be", "traceparent": "00-01a22b9033a87753bbeb34558362d7be-bbeb34558362d7be-01"}', NULL, NULL),
	('01a22b90-2296-765f-b609-0110fe99e94a', 78, 'webhooks.delivery', 1, '01a22b90-203b-779e-9063-7eeb6355efc9', NULL, false, '2026-11-30 08:37:28.863014+00', NULL, 4, 2, NULL, '{"requestId": "01a22b90-1251-710b-8713-29750c656ff9", "traceparent": "00-01a22b901251710b871329750c656ff9-871329750c656ff9-01"}', NULL, NULL),
	('01a22b90-3b90-748a-8c27-3e251d66ee54', 92, 'webhooks.delivery', 1, '01a22b90-3b64-75eb-8a2d-eb62cc64c67d', NULL, false, '2026-11-30 08:37:29.290019+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-34a0-764c-9709-61e22050d021", "traceparent": "00-01a22b9034a0764c970961e22050d021-970961e22050d021-01"}', NULL, NULL),
	('01a22b90-3dcc-72b4-9371-fbf3d37c013d', 94, 'platform.job', 0, '2da67050-9001-294c-fdb1-84f078dd1c7a 2026-11-30T08:26:52.481Z', NULL, false, '2026-11-30 08:26:52.481+00', NULL, 0, 0, NULL, '{"requestId": "", "traceparent": "00-01a22b903ce2722ea11d2882730f23c3-a11d2882730f23c3-01"}', NULL, NULL),
	('01a22b90-444e-7789-90f7-87f0ea4fe54d', 97, 'webhooks.delivery', 1, '01a22b90-4421-72ff-b73f-fb21cf691f88', NULL, false, '2026-11-30 08:37:28.456371+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-3984-72bd-911d-114a045b60a9", "traceparent": "00-01a22b90398472bd911d114a045b60a9-911d114a045b60a9-01"}', NULL, NULL),
	('01a22b90-46f8-77ac-b5d2-1a27443cc8b5', 99, 'webhooks.delivery', 1, '01a22b90-46e9-703e-ad77-75a966259699', NULL, false, '2026-11-30 08:37:28.41334+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-424e-7607-ba18-ec74d77e8149", "traceparent": "00-01a22b90424e7607ba18ec74d77e8149-ba18ec74d77e8149-01"}', NULL, NULL),
	('01a22b90-46f8-77ab-97dc-35ad49a556ef', 98, 'webhooks.delivery', 1, '01a22b90-46e7-7097-9616-d773398415a2', NULL, false, '2026-11-30 08:37:29.009485+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-34a0-764c-9709-61e22050d021", "traceparent": "00-01a22b9034a0764c970961e22050d021-970961e22050d021-01"}', NULL, NULL),
	('01a22b90-4d70-714e-a24a-6c63c4b41bb8', 107, 'webhooks.delivery', 1, '01a22b90-4d3a-716d-891b-74e0a481546d', NULL, false, '2026-11-30 08:37:28.923384+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', NULL, NULL),
	('01a22b90-4964-771b-8465-179b3f30b3e6', 102, 'webhooks.delivery', 1, '01a22b90-4930-71dd-a6a9-d9f1d7ac5040', NULL, false, '2026-11-30 08:37:29.388958+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-3984-72bd-911d-114a045b60a9", "traceparent": "00-01a22b90398472bd911d114a045b60a9-911d114a045b60a9-01"}', NULL, NULL),
	('01a22b90-4bc8-740f-973b-5ed87075848d', 103, 'webhooks.delivery', 1, '01a22b90-4b81-711d-b2dc-edf7ea2abdb2', NULL, false, '2026-11-30 08:37:28.952843+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', NULL, NULL),
	('01a22b90-4bc8-7410-acdf-4bb8bbe53117', 104, 'webhooks.delivery', 1, '01a22b90-4bc4-7615-ac1a-bbdb58127716', NULL, false, '2026-11-30 08:37:28.900889+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', NULL, NULL),
	('01a22b90-4c4c-7374-a02a-d9b3e4c8c99b', 106, 'webhooks.delivery', 1, '01a22b90-4c4b-711c-8fb8-eba681ba33de', NULL, false, '2026-11-30 08:37:28.617544+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-4b5c-71eb-a0eb-d3a92ea4d378", "traceparent": "00-01a22b904b5c71eba0ebd3a92ea4d378-a0ebd3a92ea4d378-01"}', NULL, NULL),
	('01a22b90-4bc8-7411-80c8-40dd180177f7', 105, 'webhooks.delivery', 1, '01a22b90-4b81-711e-a1ee-aefee08769b1', NULL, false, '2026-11-30 08:37:29.012473+00', NULL, 2, 1, NULL, '{"requestId": "01a22b90-45c1-7135-b3bb-1198a9fcc243", "traceparent": "00-01a22b9045c17135b3bb1198a9fcc243-b3bb1198a9fcc243-01"}', NULL, NULL),
	('01a22b90-5028-77e6-866e-2fb2b266168d', 108, 'webhooks.delivery', 1, '01a22b90-4fe5-7313-96c0-40ce1cf5df94', NULL, false, '2026-11-30 08:26:47.535741+00', NULL, 0, 0, NULL, '{"requestId": "01a22b90-4c41-7337-bf52-ef2c4d8ef7d6", "traceparent": "00-01a22b904c417337bf52ef2c4d8ef7d6-bf52ef2c4d8ef7d6-01"}', NULL, NULL);


--
-- Data for Name: profile; Type: TABLE DATA; Schema: profiles; Owner: -
--

INSERT INTO profiles.profile VALUES
	('01a22b90-43df-7072-bab7-1074a859ddc9', '01a22b90-24e4-72fc-979f-2dae73b01823', 'سارا', 'محمدی', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'IR', NULL, NULL, false, false, false, NULL, true, true, '{}', NULL, NULL, NULL, '{}', 20, DEFAULT, NULL, NULL, '2026-11-30 08:26:44.587+00', '2026-11-30 08:26:44.587+00', 1);


--
-- Data for Name: tally; Type: TABLE DATA; Schema: profiles; Owner: -
--

INSERT INTO profiles.tally VALUES
	(false, '', 20, 1);


--
-- Data for Name: dependency; Type: TABLE DATA; Schema: scheduler; Owner: -
--



--
-- Data for Name: execution; Type: TABLE DATA; Schema: scheduler; Owner: -
--

INSERT INTO scheduler.execution VALUES
	('01a22b8f-d009-7180-8b2d-167662ef8b9a', 'ba254a17-973d-8293-5694-45018b751010', 'notifications.tidy', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952681+00', '2026-11-30 08:26:20.550553+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 8, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7181-9163-8ca166ff73b0', '762581da-602e-e20d-44fc-d80cfb5ed565', 'notifications.retention', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952635+00', '2026-11-30 08:26:20.550741+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 4, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7184-ab82-922b3a09a513', 'a0c541f9-e180-9677-04fb-8757e128d769', 'users.pending', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952666+00', '2026-11-30 08:26:20.55076+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 7, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7185-87b3-ef122f579c3c', '582c2b13-dacd-00dc-621f-4ced7abdb8b2', 'users.signing_keys', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952622+00', '2026-11-30 08:26:20.550772+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 3, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e814-70c6-a319-d67d567fa61e', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'skipped', 'schedule', NULL, '2026-11-30 08:26:02.481+00', '2026-11-30 08:26:02.481+00', NULL, '2026-11-30 08:26:21.131775+00', DEFAULT, NULL, NULL, 0, 4, false, NULL, NULL, false, NULL, NULL, 'overlap', '01a22b8f-e0c2-716b-b00d-882da34ec978', 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7182-9d8f-5f4b53905121', '8d91e456-8e6e-33b6-f14d-1e136212430c', 'notifications.report', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952646+00', '2026-11-30 08:26:21.536872+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 5, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7183-ae27-b670d5d74cba', '282711be-6897-9900-8d91-94041138b750', 'users.tidy', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.915022+00', '2026-11-30 08:26:21.537044+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 1, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7186-97ef-d824f1e73f3e', '385f384c-e723-2465-dad0-d2153ac4ed96', 'files.tidy', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952573+00', '2026-11-30 08:26:21.53706+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 2, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-d009-7187-97b1-a23e0804df1f', '9d520ede-8abb-7180-cafe-2c151b269538', 'files.purge_trash', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:16.952656+00', '2026-11-30 08:26:21.53707+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 6, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-716b-b00d-882da34ec978', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482736+00', '2026-11-30 08:26:22.165613+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 10, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-716c-9e09-dfcb0c4f9d69', '1cd1325e-5cbc-a9c0-8090-16f3da7a2f62', 'logging.expire', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482654+00', '2026-11-30 08:26:22.165727+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 9, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-716f-aff9-cc01e668b1d1', '9c2fe190-86a1-bbcc-6ea9-ca8ffb577cac', 'audit.watch_archives', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482794+00', '2026-11-30 08:26:22.165745+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 14, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-7170-b059-0132b21958b5', 'aee96582-caad-3dd6-7030-b0def53f0b4a', 'audit.anchor', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482805+00', '2026-11-30 08:26:22.165755+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 15, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-7171-bffd-2162c8251f5b', '76b9beda-f8d7-efe9-a8de-0761a0f710c2', 'scheduler.cleanup_executions', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482778+00', '2026-11-30 08:26:22.165771+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 13, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[{"text": "0 executions are deleted", "atUtc": "2026-11-30T08:26:21.924Z", "attempt": 1}]'),
	('01a22b8f-e893-704c-868c-dcd0980ca6f0', '5f168d02-b693-deb2-eaf0-19e0e7b8985d', 'observability.tidy', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482766+00', '2026-11-30 08:26:22.16578+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 12, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e893-704e-96b2-018db7e4d63a', 'a5304e8f-224c-c18e-b972-07b0d3a67a82', 'observability.forget', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:22.189548+00', '2026-11-30 08:26:22.54805+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 20, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e893-704f-a5cd-49f32ad25c58', '1d13027b-adc4-5a27-91f5-3d906df0ef55', 'webhooks.tidy', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:22.189401+00', '2026-11-30 08:26:23.104172+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 18, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e893-7051-b760-21386a15a0b0', 'd340052d-1381-d067-28bb-78ab1c0655ab', 'platform.forget', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:22.352716+00', '2026-11-30 08:26:23.104295+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 22, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-716d-901e-3096da53def1', 'e0954217-32f1-228c-cb11-bee8ac8f38a8', 'audit.watch', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482829+00', '2026-11-30 08:26:23.585333+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 17, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c2-716e-b312-f674f6eb63d4', '5468a94c-ff32-0409-12c4-c6b7841878da', 'audit.watch_all', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482753+00', '2026-11-30 08:26:23.598158+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 11, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e893-7050-8a23-4abd72be86d1', 'd9e48c20-fe90-418d-ef0a-7fcd7cc35f28', 'platform.partitions', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:22.189563+00', '2026-11-30 08:26:23.598185+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 21, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e893-704d-8821-e56da8ace8a9', '37d259c4-e880-95d0-071b-20e9a74c8e29', 'observability.alerts', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:22.189527+00', '2026-11-30 08:26:24.07677+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 19, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-e0c1-7190-8047-3cea6195b9f5', 'c3b4122c-d00a-c94c-40f5-c94c63c13e32', 'files.reconcile', 'succeeded', 'schedule', NULL, '2026-11-30 08:25:52.481+00', '2026-11-30 08:25:52.481+00', '2026-11-30 08:26:21.482815+00', '2026-11-30 08:26:29.921306+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 16, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-eb63-758a-88c9-5390c491ba3e', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'skipped', 'schedule', NULL, '2026-11-30 08:26:12.481+00', '2026-11-30 08:26:12.481+00', NULL, '2026-11-30 08:26:21.945954+00', DEFAULT, NULL, NULL, 0, 4, false, NULL, NULL, false, NULL, NULL, 'overlap', '01a22b8f-e0c2-716b-b00d-882da34ec978', 1, NULL, NULL, '[]', '[]'),
	('01a22b8f-f049-77de-b2d3-31401ebf71a5', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'succeeded', 'schedule', NULL, '2026-11-30 08:26:22.481+00', '2026-11-30 08:26:22.481+00', '2026-11-30 08:26:23.578047+00', '2026-11-30 08:26:23.755583+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 23, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b90-15cc-7000-a7cc-de860a171f14', '01a22b90-1220-74d6-8a4b-1506c93c0877', 'platform.noop', 'succeeded', 'manual', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '2026-11-30 08:26:32.668+00', '2026-11-30 08:26:32.668+00', '2026-11-30 08:26:36.014425+00', '2026-11-30 08:26:36.474092+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 24, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b90-1889-734f-a727-bfb8fb95fb14', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'succeeded', 'schedule', NULL, '2026-11-30 08:26:32.481+00', '2026-11-30 08:26:32.481+00', '2026-11-30 08:26:36.014528+00', '2026-11-30 08:26:36.474172+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 25, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]'),
	('01a22b90-3db0-733a-85d6-5249232d7071', '2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'succeeded', 'schedule', NULL, '2026-11-30 08:26:42.481+00', '2026-11-30 08:26:42.481+00', '2026-11-30 08:26:43.204604+00', '2026-11-30 08:26:43.2535+00', DEFAULT, '01a22b8f-3d38-754d-b203-88121dbcb094', 26, 1, 4, false, NULL, NULL, false, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[]', '[]');


--
-- Data for Name: job; Type: TABLE DATA; Schema: scheduler; Owner: -
--

INSERT INTO scheduler.job VALUES
	('ba254a17-973d-8293-5694-45018b751010', 'notifications.tidy', 'Deletes the counters of past seconds, and closed digests', 'notifications.tidy', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:35:52.481+00', '2026-11-30 08:26:20.522978+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('a0c541f9-e180-9677-04fb-8757e128d769', 'users.pending', 'Deletes registrations whose address was not confirmed within a week', 'users.pending', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:20.522978+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('582c2b13-dacd-00dc-621f-4ced7abdb8b2', 'users.signing_keys', 'Makes a new signing key when the newest is old, and deletes keys whose tokens have all expired', 'users.signing_keys', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:20.522978+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('762581da-602e-e20d-44fc-d80cfb5ed565', 'notifications.retention', 'Deletes messages that ended long ago, if BONYAN_NOTIFICATION_DAYS is set', 'notifications.retention', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:20.522978+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('282711be-6897-9900-8d91-94041138b750', 'users.tidy', 'Deletes sessions that ended a month ago, and old lock-outs', 'users.tidy', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:21.461057+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('385f384c-e723-2465-dad0-d2153ac4ed96', 'files.tidy', 'Removes what uploads have left that were given up, links that are over, and useless objects', 'files.tidy', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:30:52.481+00', '2026-11-30 08:26:21.461057+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('8d91e456-8e6e-33b6-f14d-1e136212430c', 'notifications.report', 'Adds the changes of messages to the counts that reports read', 'notifications.report', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:30:52.481+00', '2026-11-30 08:26:21.461057+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('9d520ede-8abb-7180-cafe-2c151b269538', 'files.purge_trash', 'Purges files and folders that have been in the trash for long enough', 'files.purge_trash', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:21.461057+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('2da67050-9001-294c-fdb1-84f078dd1c7a', 'logging.alerts', 'Finds rates, absences and thresholds over several nodes, and resolves quiet incidents', 'logging.alerts', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:26:52.481+00', '2026-11-30 08:26:43.252827+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('1cd1325e-5cbc-a9c0-8090-16f3da7a2f62', 'logging.expire', 'Deletes events of levels that are kept for a shorter time', 'logging.expire', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:22.159076+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('76b9beda-f8d7-efe9-a8de-0761a0f710c2', 'scheduler.cleanup_executions', 'Deletes executions that ended long ago, by default after BONYAN_EXECUTION_DAYS', 'scheduler.cleanup_executions', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 300, 5, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:22.159076+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('9c2fe190-86a1-bbcc-6ea9-ca8ffb577cac', 'audit.watch_archives', 'Reads every archive back and compares it with its manifest', 'audit.watch_archives', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-12-30 08:25:52.481+00', '2026-11-30 08:26:22.159076+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('aee96582-caad-3dd6-7030-b0def53f0b4a', 'audit.anchor', 'Signs the head of the trail and stores it outside the database', 'audit.anchor', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:22.159076+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('5468a94c-ff32-0409-12c4-c6b7841878da', 'audit.watch_all', 'Verifies the whole trail', 'audit.watch_all', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-12-01 08:25:52.481+00', '2026-11-30 08:26:23.566534+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('e0954217-32f1-228c-cb11-bee8ac8f38a8', 'audit.watch', 'Verifies the entries that were chained after the last clean report', 'audit.watch', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:30:52.481+00', '2026-11-30 08:26:23.566534+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('c3b4122c-d00a-c94c-40f5-c94c63c13e32', 'files.reconcile', 'Compares the storage with the database: lost files, found ones, objects that no row knows', 'files.reconcile', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-12-01 08:25:52.481+00', '2026-11-30 08:26:29.894766+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('5f168d02-b693-deb2-eaf0-19e0e7b8985d', 'observability.tidy', 'Deletes replays that ended more than 90 days ago', 'observability.tidy', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-12-01 08:25:52.481+00', '2026-11-30 08:26:22.159076+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('a5304e8f-224c-c18e-b972-07b0d3a67a82', 'observability.forget', 'Deletes what the objectives no longer need, and alerts that were closed a year ago', 'observability.forget', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:22.54458+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('d340052d-1381-d067-28bb-78ab1c0655ab', 'platform.forget', 'Deletes idempotency keys after a day, invalidations and stopped nodes after an hour', 'platform.forget', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:35:52.481+00', '2026-11-30 08:26:23.051466+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('1d13027b-adc4-5a27-91f5-3d906df0ef55', 'webhooks.tidy', 'Deletes deliveries of more than 30 days ago', 'webhooks.tidy', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 09:25:52.481+00', '2026-11-30 08:26:23.051466+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('d9e48c20-fe90-418d-ef0a-7fcd7cc35f28', 'platform.partitions', 'Creates the daily partitions of the coming two weeks, and drops those that nothing needs', 'platform.partitions', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 14:25:52.481+00', '2026-11-30 08:26:23.566534+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('37d259c4-e880-95d0-071b-20e9a74c8e29', 'observability.alerts', 'Opens and closes operational alerts', 'observability.alerts', NULL, true, '{program}', '{}', NULL, NULL, 3, 10, 'exponential', 86400, 0, 'forbid', 'low', 'active', '2026-11-30 08:25:52.42382+00', NULL, NULL, 0, '2026-11-30 08:26:52.481+00', '2026-11-30 08:26:24.075834+00', 'succeeded', '2026-11-30 08:25:52.42382+00', '2026-11-30 08:25:52.42382+00', 1, DEFAULT),
	('01a22b90-1220-74d6-8a4b-1506c93c0877', 'Heartbeat', '', 'platform.noop', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', false, '{}', '{}', NULL, NULL, 3, 10, 'exponential', 300, 5, 'forbid', 'medium', 'active', '2026-11-30 08:26:31.841675+00', NULL, NULL, 0, '2026-12-01 03:00:00+00', '2026-11-30 08:26:36.222282+00', 'succeeded', '2026-11-30 08:26:31.841675+00', '2026-11-30 08:26:31.841675+00', 1, DEFAULT);


--
-- Data for Name: schedule; Type: TABLE DATA; Schema: scheduler; Owner: -
--

INSERT INTO scheduler.schedule VALUES
	('ba254a17-973d-8293-5694-45018b751010', 'interval', NULL, 'UTC', NULL, NULL, 600, 600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('762581da-602e-e20d-44fc-d80cfb5ed565', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('8d91e456-8e6e-33b6-f14d-1e136212430c', 'interval', NULL, 'UTC', NULL, NULL, 300, 300, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('282711be-6897-9900-8d91-94041138b750', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('a0c541f9-e180-9677-04fb-8757e128d769', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('582c2b13-dacd-00dc-621f-4ced7abdb8b2', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('385f384c-e723-2465-dad0-d2153ac4ed96', 'interval', NULL, 'UTC', NULL, NULL, 300, 300, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('9d520ede-8abb-7180-cafe-2c151b269538', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('c3b4122c-d00a-c94c-40f5-c94c63c13e32', 'interval', NULL, 'UTC', NULL, NULL, 86400, 86400, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('2da67050-9001-294c-fdb1-84f078dd1c7a', 'interval', NULL, 'UTC', NULL, NULL, 10, 10, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('1cd1325e-5cbc-a9c0-8090-16f3da7a2f62', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('e0954217-32f1-228c-cb11-bee8ac8f38a8', 'interval', NULL, 'UTC', NULL, NULL, 300, 300, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('5468a94c-ff32-0409-12c4-c6b7841878da', 'interval', NULL, 'UTC', NULL, NULL, 86400, 86400, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('9c2fe190-86a1-bbcc-6ea9-ca8ffb577cac', 'interval', NULL, 'UTC', NULL, NULL, 2592000, 2592000, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('aee96582-caad-3dd6-7030-b0def53f0b4a', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('76b9beda-f8d7-efe9-a8de-0761a0f710c2', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('5f168d02-b693-deb2-eaf0-19e0e7b8985d', 'interval', NULL, 'UTC', NULL, NULL, 86400, 86400, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('37d259c4-e880-95d0-071b-20e9a74c8e29', 'interval', NULL, 'UTC', NULL, NULL, 60, 60, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('a5304e8f-224c-c18e-b972-07b0d3a67a82', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('1d13027b-adc4-5a27-91f5-3d906df0ef55', 'interval', NULL, 'UTC', NULL, NULL, 3600, 3600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('d9e48c20-fe90-418d-ef0a-7fcd7cc35f28', 'interval', NULL, 'UTC', NULL, NULL, 21600, 21600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('d340052d-1381-d067-28bb-78ab1c0655ab', 'interval', NULL, 'UTC', NULL, NULL, 600, 600, 'seconds', NULL, NULL, NULL, 'fireNow', 1, 0, '{}', '2026-11-30 08:25:52.481+00', '2026c'),
	('01a22b90-1220-74d6-8a4b-1506c93c0877', 'cron', '30 6 * * sat-wed', 'Asia/Tehran', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'fireNow', 10, 0, '{}', '2026-11-30 08:26:32.032+00', '2026c');


--
-- Data for Name: todo; Type: TABLE DATA; Schema: todos; Owner: -
--

INSERT INTO todos.todo VALUES
	('01a22b90-3394-72ab-a644-6ae2879d86ef', '01a22b90-24e4-72fc-979f-2dae73b01823', 'خرید نان و شیر', NULL, '{خانه}', 'normal', DEFAULT, NULL, NULL, DEFAULT, '2026-11-30 08:26:40.407155+00', '2026-11-30 08:26:40.407155+00', 1, DEFAULT, DEFAULT),
	('01a22b90-33ac-7794-bc94-ae20517c3a9c', '01a22b90-24e4-72fc-979f-2dae73b01823', 'Call the bank', NULL, '{خانه}', 'normal', DEFAULT, NULL, NULL, DEFAULT, '2026-11-30 08:26:40.429142+00', '2026-11-30 08:26:40.429142+00', 1, DEFAULT, DEFAULT),
	('01a22b90-33de-731e-a31b-e6620a72ba54', '01a22b90-24e4-72fc-979f-2dae73b01823', 'Water the plants', NULL, '{خانه}', 'normal', DEFAULT, NULL, NULL, DEFAULT, '2026-11-30 08:26:40.480131+00', '2026-11-30 08:26:40.480131+00', 1, DEFAULT, DEFAULT);


--
-- Data for Name: api_key; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: challenge; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: code; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: code_limit; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.code_limit VALUES
	('\x990f15e1eecde190758eb9b33ac2c26e43d39c9a00f102d8ff80dbec33385ee2', '2026-11-30 08:26:36.745+00', 0, '2026-11-30 08:26:36.745+00', NULL),
	('\xca9474549c97f3e89f9a7f38f267c85d2f8a2b9da7b1979bd3f420ddeec7e644', '2026-11-30 08:26:45.507+00', 0, '2026-11-30 08:26:45.507+00', NULL);


--
-- Data for Name: code_request; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: device; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.device VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '01a22b90-0a50-731f-9df4-78e3d0f93016', 'node', '2026-11-30 08:26:29.802+00', '2026-11-30 08:26:29.802+00', 0, '2026-11-30 08:26:29.802+00', NULL),
	('01a22b90-24e4-72fc-979f-2dae73b01823', '01a22b90-3105-7321-ad12-3e1c43e65fb0', 'node', '2026-11-30 08:26:39.749+00', '2026-11-30 08:26:39.749+00', 0, '2026-11-30 08:26:39.749+00', NULL),
	('01a22b90-476a-726c-9d49-defe70b7da78', '01a22b90-4e64-71bb-9cfa-2cc680eb342b', 'node', '2026-11-30 08:26:47.268+00', '2026-11-30 08:26:47.268+00', 0, '2026-11-30 08:26:47.268+00', NULL);


--
-- Data for Name: email_change; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: external_code; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: external_identity; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: invitation; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: lockout; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.lockout VALUES
	('\x2c7542228b4ad6eb18c4cecdb619bf1c5fcc3f41cd42058999f31c26e51aaf45', 0, '2026-11-30 08:26:29.494+00', NULL, '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea'),
	('\xb68ac8ca6bbe746d8999f3f44c294be1aee98a28a7702a1dfeb87074e750a2de', 0, '2026-11-30 08:26:39.361+00', NULL, '01a22b90-24e4-72fc-979f-2dae73b01823'),
	('\x38e14a5115e5752ecb83805d8b5d8dd2a1cb59d163b8240910da0a3a1a03ac88', 0, '2026-11-30 08:26:47.193+00', NULL, '01a22b90-476a-726c-9d49-defe70b7da78');


--
-- Data for Name: network_failure; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: passkey; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: password_history; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: recovery_code; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: session; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.session VALUES
	('01a22b90-0a27-702e-aafc-69627db33ed2', '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '\xc8e535ca7b6537e2e76c61246bb3c5caeffa08e89a0ed294c85510b8a492bb4e', 0, '2026-11-30 08:26:29.799+00', '2026-11-30 08:26:29.799+00', '2026-11-30 08:26:29.799+00', '2026-12-14 08:26:29.799+00', '2027-02-28 08:26:29.799+00', '127.0.0.1', 'node', NULL, '2026-11-30 08:26:29.799+00'),
	('01a22b90-30e9-7790-a274-06d106196de6', '01a22b90-24e4-72fc-979f-2dae73b01823', '\x2de6e7f12052eeecfd1d30187cc6c41f7406b3dd4b8ac90f4c086373aa22cc87', 0, '2026-11-30 08:26:39.721+00', '2026-11-30 08:26:39.721+00', '2026-11-30 08:26:39.721+00', '2026-12-14 08:26:39.721+00', '2027-02-28 08:26:39.721+00', '127.0.0.1', 'node', NULL, '2026-11-30 08:26:39.721+00'),
	('01a22b90-4e63-730d-bab6-63d788c3acdb', '01a22b90-476a-726c-9d49-defe70b7da78', '\x3cc2be0fe9a86f26616f4808577461896f3e58fbca62079ed39ad44ffdd5d782', 0, '2026-11-30 08:26:47.267+00', '2026-11-30 08:26:47.267+00', '2026-11-30 08:26:47.267+00', '2026-12-14 08:26:47.267+00', '2027-02-28 08:26:47.267+00', '127.0.0.1', 'node', NULL, '2026-11-30 08:26:47.267+00');


--
-- Data for Name: signing_key; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.signing_key VALUES
	('6bzsWSJ0ldGDy2XUXdYkgHEVhwvQCtV4YusMbktoLbQ', '{"x": "FLKX802gyA6nZRCJuWLq0hTCDJPhcEriW9lH-BY7Izs", "y": "936866BzEkDLWhd7bMS8HF_A7vWhyKPbGdecSK3N4H4", "alg": "ES256", "crv": "P-256", "kid": "6bzsWSJ0ldGDy2XUXdYkgHEVhwvQCtV4YusMbktoLbQ", "kty": "EC", "use": "sig"}', '\x010dc81d13006274085dd85cd40ec21083ee519938cc63973378cab99a152de1e2900a2b6282af07be803921eb0dae0c456343b966d30634a379d99e4012d71c6d2127f36b1f955acc00079b0177815184a63dbac1f1b09d675c61aff6641f8492a4270fb863b035f441360c410e1179aeda7c0dbc00d27e5d1371bbd7a9e60adeb04535eff91351ce3a2333510c4a725e24dcab5d63b512df47a8348fe1b7292596c63d71518dec71cacaf89d718396411e36b1ef2883254912be63845a8c9e5c51f471352594421fdccced08', '2026-11-30 08:25:59.062+00', '2026-11-30 08:25:59.032+00');


--
-- Data for Name: totp; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: unasked_mail; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users.unasked_mail VALUES
	('\xf75f490598f78827d56a17cff107850cad5113246554804f67599767da2b924c', '2026-11-30 08:26:36.745+00', 1),
	('\x106d065ab3e82145844e75015b86ed61651e3a5dc97d6888552ba0552642627e', '2026-11-30 08:26:45.507+00', 1);


--
-- Data for Name: unfolded_address; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: user; Type: TABLE DATA; Schema: users; Owner: -
--

INSERT INTO users."user" VALUES
	('01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', 'admin@example.com', 'Mina', 'Rad', '$argon2id$v=19$m=19456,t=2,p=1$7CPisqOUVe2AaXNOimfQ8A$is2oKr1qrIN5Sjaq8dJuffzjWj776K8AptXPrPLOuhA', 'active', 'en', '2026-11-30 08:26:26.63+00', '2026-11-30 08:26:26.559078+00', 1, NULL, NULL, DEFAULT),
	('01a22b90-24e4-72fc-979f-2dae73b01823', 'sara@example.com', 'سارا', 'محمدی', '$argon2id$v=19$m=19456,t=2,p=1$j1DdoEI7W6JZdjApRRAtjg$qErh/+EfRGpfbgOFbNN1UZ93v6RlSYeVm0DcjGsTd5k', 'active', 'en', '2026-11-30 08:26:38.521+00', '2026-11-30 08:26:36.650352+00', 2, NULL, NULL, DEFAULT),
	('01a22b90-476a-726c-9d49-defe70b7da78', 'reza@example.com', 'رضا', 'محمدی', '$argon2id$v=19$m=19456,t=2,p=1$NucMlfAAPy5NPyuey/DjLg$9PcpKmsOmhTfSVg/Eckev+bOUeWCI2UNm+2T/KHa4gY', 'active', 'en', '2026-11-30 08:26:46.69+00', '2026-11-30 08:26:45.491986+00', 2, NULL, NULL, DEFAULT);


--
-- Data for Name: wrong_guess; Type: TABLE DATA; Schema: users; Owner: -
--



--
-- Data for Name: delivery; Type: TABLE DATA; Schema: webhooks; Owner: -
--

INSERT INTO webhooks.delivery VALUES
	('01a22b90-1329-705a-b98d-b6d29cc4e00f', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'authorization.permission_granted.v1', '{"roleId": "01a22b90-104e-731a-8671-2108c6813ffa", "permission": "authorization.check"}', '2026-11-30 08:26:31.295+00', 'pending', '2026-11-30 08:26:32.099949+00', 1, '2026-11-30 08:26:36.081+00', '2026-11-30 08:26:41.371+00', NULL, NULL, 'no answer: getaddrinfo ENOTFOUND hooks.example.invalid'),
	('01a22b90-1329-705b-98f8-89bd8aa32b11', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'scheduler.job_created.v1', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877"}', '2026-11-30 08:26:31.841+00', 'pending', '2026-11-30 08:26:32.099949+00', 1, '2026-11-30 08:26:36.102+00', '2026-11-30 08:26:41.369+00', NULL, NULL, 'no answer: getaddrinfo ENOTFOUND hooks.example.invalid'),
	('01a22b90-13d1-722d-8f24-6224955d222f', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'authorization.role_created.v1', '{"roleId": "01a22b90-104e-731a-8671-2108c6813ffa"}', '2026-11-30 08:26:31.295+00', 'pending', '2026-11-30 08:26:32.099949+00', 1, '2026-11-30 08:26:36.016+00', '2026-11-30 08:26:41.351+00', NULL, NULL, 'no answer: getaddrinfo ENOTFOUND hooks.example.invalid'),
	('01a22b90-203b-779e-9063-7eeb6355efc9', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'scheduler.job_updated.v1', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877"}', '2026-11-30 08:26:32.013+00', 'pending', '2026-11-30 08:26:33.498777+00', 1, '2026-11-30 08:26:36.204+00', '2026-11-30 08:26:41.239+00', NULL, NULL, 'no answer: getaddrinfo ENOTFOUND hooks.example.invalid'),
	('01a22b90-2523-74df-b6f4-a22fceec3bb0', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'audit.sealed_late.v1', '{"ageMs": 3491, "origin": "localhost:0/audit/ce19a2d8", "toSequence": 9, "fromSequence": 9}', '2026-11-30 08:26:36.127+00', 'pending', '2026-11-30 08:26:36.69821+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-255c-7189-b482-af0a2a1c3148', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'scheduler.execution_succeeded.v1', '{"jobId": "01a22b90-1220-74d6-8a4b-1506c93c0877", "executionId": "01a22b90-15cc-7000-a7cc-de860a171f14"}', '2026-11-30 08:26:36.222+00', 'pending', '2026-11-30 08:26:36.746892+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-2b62-7426-8918-1aeb77dadfdb', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'authorization.role_assigned.v1', '{"roleId": "01900000-0000-7000-8000-000000000002", "userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:36.65+00', 'pending', '2026-11-30 08:26:38.292597+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-2b63-7567-95b7-f883b3fdb63f', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'notifications.created.v1', '{"notificationId": "01a22b90-2621-72ec-86a5-13a00405a8d9"}', '2026-11-30 08:26:36.65+00', 'pending', '2026-11-30 08:26:38.292597+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-2b75-7507-9751-254f7ab57a84', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.registered.v1', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:36.65+00', 'pending', '2026-11-30 08:26:38.292597+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-2c18-74d0-bd4a-fb67f047bfff', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'notifications.sent.v1', '{"notificationId": "01a22b90-2621-72ec-86a5-13a00405a8d9"}', '2026-11-30 08:26:38.315+00', 'pending', '2026-11-30 08:26:38.457609+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-2e70-764a-a13c-4e4ecd4a5431', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.email_verified.v1', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:38.389+00', 'pending', '2026-11-30 08:26:38.959686+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-3350-7384-9f29-180b2ebb4ae3', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.logged_in.v1', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823", "sessionId": "01a22b90-30e9-7790-a274-06d106196de6"}', '2026-11-30 08:26:39.342+00', 'pending', '2026-11-30 08:26:40.108893+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-33bd-734e-b3b7-31d48ffbb06b', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'todos.created.v1', '{"todoId": "01a22b90-3394-72ab-a644-6ae2879d86ef", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:40.407+00', 'pending', '2026-11-30 08:26:40.443175+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-3474-7502-baa1-dde645d92583', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'todos.created.v1', '{"todoId": "01a22b90-33ac-7794-bc94-ae20517c3a9c", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:40.429+00', 'pending', '2026-11-30 08:26:40.618398+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-348c-779f-95f4-81ef1f930732', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'todos.created.v1', '{"todoId": "01a22b90-33de-731e-a31b-e6620a72ba54", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:40.48+00', 'pending', '2026-11-30 08:26:40.649705+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-3b64-75eb-8a2d-eb62cc64c67d', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'files.uploaded.v1', '{"fileId": "01a22b90-34c9-7046-919f-063fc775d43d", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:41.189+00', 'pending', '2026-11-30 08:26:42.184574+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4421-72ff-b73f-fb21cf691f88', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'files.uploaded.v1', '{"fileId": "01a22b90-3a85-73ae-ba88-6566d8c6ebd4", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:43.247+00', 'pending', '2026-11-30 08:26:44.603658+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-46e7-7097-9616-d773398415a2', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'files.available.v1', '{"fileId": "01a22b90-34c9-7046-919f-063fc775d43d", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:43.731+00', 'pending', '2026-11-30 08:26:45.226863+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-46e9-703e-ad77-75a966259699', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'profiles.created.v1', '{"userId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:44.586+00', 'pending', '2026-11-30 08:26:45.226863+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4930-71dd-a6a9-d9f1d7ac5040', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'files.available.v1', '{"fileId": "01a22b90-3a85-73ae-ba88-6566d8c6ebd4", "ownerId": "01a22b90-24e4-72fc-979f-2dae73b01823"}', '2026-11-30 08:26:45.562+00', 'pending', '2026-11-30 08:26:45.740005+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4b81-711d-b2dc-edf7ea2abdb2', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'authorization.role_assigned.v1', '{"roleId": "01900000-0000-7000-8000-000000000002", "userId": "01a22b90-476a-726c-9d49-defe70b7da78"}', '2026-11-30 08:26:45.491+00', 'pending', '2026-11-30 08:26:46.377809+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4b81-711e-a1ee-aefee08769b1', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'notifications.created.v1', '{"notificationId": "01a22b90-4795-7676-acc5-e4768e4193a9"}', '2026-11-30 08:26:45.491+00', 'pending', '2026-11-30 08:26:46.377809+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4bc4-7615-ac1a-bbdb58127716', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.registered.v1', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78"}', '2026-11-30 08:26:45.491+00', 'pending', '2026-11-30 08:26:46.377809+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4c4b-711c-8fb8-eba681ba33de', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.email_verified.v1', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78"}', '2026-11-30 08:26:46.572+00', 'pending', '2026-11-30 08:26:46.726637+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4d3a-716d-891b-74e0a481546d', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'notifications.sent.v1', '{"notificationId": "01a22b90-4795-7676-acc5-e4768e4193a9"}', '2026-11-30 08:26:46.493+00', 'pending', '2026-11-30 08:26:46.940978+00', 0, NULL, NULL, NULL, NULL, NULL),
	('01a22b90-4fe5-7313-96c0-40ce1cf5df94', '01a22b90-11dd-77d5-b1d2-bfa05354e68e', 'users.logged_in.v1', '{"userId": "01a22b90-476a-726c-9d49-defe70b7da78", "sessionId": "01a22b90-4e63-730d-bab6-63d788c3acdb"}', '2026-11-30 08:26:47.153+00', 'pending', '2026-11-30 08:26:47.535741+00', 0, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: endpoint; Type: TABLE DATA; Schema: webhooks; Owner: -
--

INSERT INTO webhooks.endpoint VALUES
	('01a22b90-11dd-77d5-b1d2-bfa05354e68e', '\x01571d02deafe1c84bf21d61acf5cab3a8802f478bf0fa2db023f70ef312c002cd6a62b6c459f698e1750f53b9c71f67962a0adbad86cb5ce85934', '\x01bf4279efdad82e17bde25a4dab66e2b817c4c1aef8d8505e28117e9dc2e09d2c348982f5559431342cd6d85c4432555a87253b696586360c4ac37a00334ad70c54bf385a011600968ae2c86aac9f', NULL, NULL, '{*}', 'CRM', true, NULL, '2026-11-30 08:26:36.081+00', '2026-11-30 08:37:28.304+00', 4, '01a22b8f-fdc6-75fa-a22c-f6f8a4382cea', '2026-11-30 08:26:31.774632+00', '2026-11-30 08:26:31.774632+00', 1);


--
-- Name: report_change_id_seq; Type: SEQUENCE SET; Schema: notifications; Owner: -
--

SELECT pg_catalog.setval('notifications.report_change_id_seq', 10, true);


--
-- Name: event_pos; Type: SEQUENCE SET; Schema: platform; Owner: -
--

SELECT pg_catalog.setval('platform.event_pos', 30, true);


--
-- Name: work_pos; Type: SEQUENCE SET; Schema: platform; Owner: -
--

SELECT pg_catalog.setval('platform.work_pos', 108, true);


--
-- Name: fencing_token; Type: SEQUENCE SET; Schema: scheduler; Owner: -
--

SELECT pg_catalog.setval('scheduler.fencing_token', 26, true);


--
-- Name: anchor_trouble anchor_trouble_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.anchor_trouble
    ADD CONSTRAINT anchor_trouble_pkey PRIMARY KEY (name);


--
-- Name: anchored anchored_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.anchored
    ADD CONSTRAINT anchored_pkey PRIMARY KEY (name);


--
-- Name: archive archive_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.archive
    ADD CONSTRAINT archive_bounds CHECK ((first_sequence >= 1)) NOT VALID;


--
-- Name: archive archive_last_sequence_key; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.archive
    ADD CONSTRAINT archive_last_sequence_key UNIQUE (last_sequence);


--
-- Name: archive archive_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.archive
    ADD CONSTRAINT archive_pkey PRIMARY KEY (first_sequence);


--
-- Name: archiving archiving_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.archiving
    ADD CONSTRAINT archiving_pkey PRIMARY KEY (id);


--
-- Name: checkpoint checkpoint_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.checkpoint
    ADD CONSTRAINT checkpoint_bounds CHECK (((size >= 1) AND (size <= '9007199254740991'::bigint))) NOT VALID;


--
-- Name: checkpoint checkpoint_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (id);


--
-- Name: entry entry_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.entry
    ADD CONSTRAINT entry_bounds CHECK (((timestamp_utc >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (timestamp_utc < '10000-01-01 00:00:00+00'::timestamp with time zone) AND (octet_length(payload_hash) = 32))) NOT VALID;


--
-- Name: entry entry_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (id);


--
-- Name: head head_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.head
    ADD CONSTRAINT head_bounds CHECK ((((size >= 0) AND (size <= '9007199254740991'::bigint)) AND (octet_length(checksum) = 32) AND ((octet_length(frontier) % 32) = 0))) NOT VALID;


--
-- Name: head head_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.head
    ADD CONSTRAINT head_pkey PRIMARY KEY (is_only);


--
-- Name: payload payload_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.payload
    ADD CONSTRAINT payload_bounds CHECK ((octet_length(salt) = 16)) NOT VALID;


--
-- Name: payload payload_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.payload
    ADD CONSTRAINT payload_pkey PRIMARY KEY (entry_id);


--
-- Name: report_trouble report_trouble_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.report_trouble
    ADD CONSTRAINT report_trouble_pkey PRIMARY KEY (report);


--
-- Name: restoration restoration_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.restoration
    ADD CONSTRAINT restoration_pkey PRIMARY KEY (id);


--
-- Name: run run_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);


--
-- Name: seal seal_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.seal
    ADD CONSTRAINT seal_bounds CHECK ((((sequence >= 1) AND (sequence <= '9007199254740991'::bigint)) AND (octet_length(previous_checksum) = 32) AND (octet_length(checksum) = 32))) NOT VALID;


--
-- Name: seal seal_entry_id_key; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.seal
    ADD CONSTRAINT seal_entry_id_key UNIQUE (entry_id);


--
-- Name: seal seal_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.seal
    ADD CONSTRAINT seal_pkey PRIMARY KEY (sequence);


--
-- Name: signing_key signing_key_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (key_id);


--
-- Name: tree tree_bounds; Type: CHECK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE audit.tree
    ADD CONSTRAINT tree_bounds CHECK ((((level >= 8) AND (level <= 48)) AND (((level)::integer % 8) = 0) AND (index >= 0) AND (octet_length(hash) = 32))) NOT VALID;


--
-- Name: tree tree_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.tree
    ADD CONSTRAINT tree_pkey PRIMARY KEY (level, index);


--
-- Name: unsealed unsealed_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.unsealed
    ADD CONSTRAINT unsealed_pkey PRIMARY KEY (entry_id);


--
-- Name: verified verified_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.verified
    ADD CONSTRAINT verified_pkey PRIMARY KEY (is_only);


--
-- Name: access_entry access_entry_resource_type_resource_id_user_id_role_id_key; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".access_entry
    ADD CONSTRAINT access_entry_resource_type_resource_id_user_id_role_id_key UNIQUE NULLS NOT DISTINCT (resource_type, resource_id, user_id, role_id);


--
-- Name: permission permission_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".permission
    ADD CONSTRAINT permission_pkey PRIMARY KEY (code);


--
-- Name: permission_seen permission_seen_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".permission_seen
    ADD CONSTRAINT permission_seen_pkey PRIMARY KEY (code);


--
-- Name: role_inclusion role_inclusion_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_inclusion
    ADD CONSTRAINT role_inclusion_pkey PRIMARY KEY (role_id, included_id);


--
-- Name: role_permission role_permission_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_permission
    ADD CONSTRAINT role_permission_pkey PRIMARY KEY (role_id, permission);


--
-- Name: role role_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role
    ADD CONSTRAINT role_pkey PRIMARY KEY (id);


--
-- Name: role_reach role_reach_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_reach
    ADD CONSTRAINT role_reach_pkey PRIMARY KEY (role_id, reached_id);


--
-- Name: subject_denial subject_denial_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_denial
    ADD CONSTRAINT subject_denial_pkey PRIMARY KEY (user_id, permission);


--
-- Name: subject_grant subject_grant_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_grant
    ADD CONSTRAINT subject_grant_pkey PRIMARY KEY (user_id, permission);


--
-- Name: subject subject_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (user_id);


--
-- Name: subject_role subject_role_pkey; Type: CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_role
    ADD CONSTRAINT subject_role_pkey PRIMARY KEY (user_id, role_id);


--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: bonyan; Owner: -
--

ALTER TABLE ONLY bonyan.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (module, name);


--
-- Name: access access_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.access
    ADD CONSTRAINT access_pkey PRIMARY KEY (id);


--
-- Name: blob blob_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (id);


--
-- Name: blob blob_sha256_size_bytes_key; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.blob
    ADD CONSTRAINT blob_sha256_size_bytes_key UNIQUE (sha256, size_bytes);


--
-- Name: ended_upload ended_upload_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.ended_upload
    ADD CONSTRAINT ended_upload_pkey PRIMARY KEY (id);


--
-- Name: file file_content_id_key; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.file
    ADD CONSTRAINT file_content_id_key UNIQUE (content_id);


--
-- Name: file file_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);


--
-- Name: folder folder_id_owner_id_key; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.folder
    ADD CONSTRAINT folder_id_owner_id_key UNIQUE (id, owner_id);


--
-- Name: folder folder_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.folder
    ADD CONSTRAINT folder_pkey PRIMARY KEY (id);


--
-- Name: folder_work folder_work_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.folder_work
    ADD CONSTRAINT folder_work_pkey PRIMARY KEY (deletion_id);


--
-- Name: link_attempt link_attempt_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link_attempt
    ADD CONSTRAINT link_attempt_pkey PRIMARY KEY (link_id, network);


--
-- Name: link link_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (id);


--
-- Name: link link_token_hash_key; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link
    ADD CONSTRAINT link_token_hash_key UNIQUE (token_hash);


--
-- Name: link_use link_use_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link_use
    ADD CONSTRAINT link_use_pkey PRIMARY KEY (id);


--
-- Name: removal removal_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.removal
    ADD CONSTRAINT removal_pkey PRIMARY KEY (object_key);


--
-- Name: upload upload_file_id_key; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.upload
    ADD CONSTRAINT upload_file_id_key UNIQUE (file_id);


--
-- Name: upload_part upload_part_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.upload_part
    ADD CONSTRAINT upload_part_pkey PRIMARY KEY (id);


--
-- Name: upload upload_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.upload
    ADD CONSTRAINT upload_pkey PRIMARY KEY (id);


--
-- Name: usage usage_pkey; Type: CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (owner_id);


--
-- Name: corruption corruption_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.corruption
    ADD CONSTRAINT corruption_pkey PRIMARY KEY (event_id);


--
-- Name: incident incident_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (id);


--
-- Name: incident_step incident_step_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.incident_step
    ADD CONSTRAINT incident_step_pkey PRIMARY KEY (id);


--
-- Name: match_count match_count_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.match_count
    ADD CONSTRAINT match_count_pkey PRIMARY KEY (rule_id, group_value, bucket, writer);


--
-- Name: rollup rollup_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup
    ADD CONSTRAINT rollup_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261129 rollup_20261129_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261129
    ADD CONSTRAINT rollup_20261129_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261130 rollup_20261130_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261130
    ADD CONSTRAINT rollup_20261130_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261201 rollup_20261201_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261201
    ADD CONSTRAINT rollup_20261201_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261202 rollup_20261202_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261202
    ADD CONSTRAINT rollup_20261202_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261203 rollup_20261203_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261203
    ADD CONSTRAINT rollup_20261203_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261204 rollup_20261204_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261204
    ADD CONSTRAINT rollup_20261204_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261205 rollup_20261205_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261205
    ADD CONSTRAINT rollup_20261205_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261206 rollup_20261206_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261206
    ADD CONSTRAINT rollup_20261206_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261207 rollup_20261207_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261207
    ADD CONSTRAINT rollup_20261207_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261208 rollup_20261208_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261208
    ADD CONSTRAINT rollup_20261208_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261209 rollup_20261209_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261209
    ADD CONSTRAINT rollup_20261209_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261210 rollup_20261210_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261210
    ADD CONSTRAINT rollup_20261210_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261211 rollup_20261211_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261211
    ADD CONSTRAINT rollup_20261211_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261212 rollup_20261212_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261212
    ADD CONSTRAINT rollup_20261212_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261213 rollup_20261213_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261213
    ADD CONSTRAINT rollup_20261213_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rollup_20261214 rollup_20261214_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rollup_20261214
    ADD CONSTRAINT rollup_20261214_pkey PRIMARY KEY (day, seconds, bucket, level, service, module, outcome, writer);


--
-- Name: rule rule_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rule
    ADD CONSTRAINT rule_pkey PRIMARY KEY (id);


--
-- Name: rule_set rule_set_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.rule_set
    ADD CONSTRAINT rule_set_pkey PRIMARY KEY (is_only);


--
-- Name: silence silence_pkey; Type: CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.silence
    ADD CONSTRAINT silence_pkey PRIMARY KEY (id);


--
-- Name: attempt attempt_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (message_id, number);


--
-- Name: channel_second channel_second_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.channel_second
    ADD CONSTRAINT channel_second_pkey PRIMARY KEY (channel, second);


--
-- Name: digest digest_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.digest
    ADD CONSTRAINT digest_pkey PRIMARY KEY (id);


--
-- Name: inbox inbox_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (user_id);


--
-- Name: message message_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);


--
-- Name: opt_out opt_out_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.opt_out
    ADD CONSTRAINT opt_out_pkey PRIMARY KEY (recipient_hash, category);


--
-- Name: preference preference_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (user_id, category, channel);


--
-- Name: recipient recipient_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.recipient
    ADD CONSTRAINT recipient_pkey PRIMARY KEY (user_id);


--
-- Name: report_change report_change_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.report_change
    ADD CONSTRAINT report_change_pkey PRIMARY KEY (id);


--
-- Name: report_day report_day_day_channel_category_template_provider_status_la_key; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.report_day
    ADD CONSTRAINT report_day_day_channel_category_template_provider_status_la_key UNIQUE NULLS NOT DISTINCT (day, channel, category, template, provider, status, latency_step);


--
-- Name: report report_hour_channel_category_template_provider_status_sent__key; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.report
    ADD CONSTRAINT report_hour_channel_category_template_provider_status_sent__key UNIQUE NULLS NOT DISTINCT (hour, channel, category, template, provider, status, sent_hour, latency_step);


--
-- Name: route route_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.route
    ADD CONSTRAINT route_pkey PRIMARY KEY (severity);


--
-- Name: schedule schedule_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (id);


--
-- Name: suppression suppression_channel_address_hash_key; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.suppression
    ADD CONSTRAINT suppression_channel_address_hash_key UNIQUE (channel, address_hash);


--
-- Name: suppression suppression_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (id);


--
-- Name: template_check template_check_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.template_check
    ADD CONSTRAINT template_check_pkey PRIMARY KEY (hash);


--
-- Name: template template_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.template
    ADD CONSTRAINT template_pkey PRIMARY KEY (id);


--
-- Name: template_revision template_revision_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.template_revision
    ADD CONSTRAINT template_revision_pkey PRIMARY KEY (template_id, revision);


--
-- Name: alert alert_pkey; Type: CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (id);


--
-- Name: objective_minute objective_minute_pkey; Type: CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.objective_minute
    ADD CONSTRAINT objective_minute_pkey PRIMARY KEY (objective, minute);


--
-- Name: objective_slot objective_slot_pkey; Type: CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.objective_slot
    ADD CONSTRAINT objective_slot_pkey PRIMARY KEY (objective, slot);


--
-- Name: replay_message replay_message_pkey; Type: CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.replay_message
    ADD CONSTRAINT replay_message_pkey PRIMARY KEY (replay_id, message_id);


--
-- Name: replay replay_pkey; Type: CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.replay
    ADD CONSTRAINT replay_pkey PRIMARY KEY (id);


--
-- Name: captured_mail captured_mail_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.captured_mail
    ADD CONSTRAINT captured_mail_pkey PRIMARY KEY (id);


--
-- Name: cursor cursor_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.cursor
    ADD CONSTRAINT cursor_pkey PRIMARY KEY (consumer);


--
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (caller, key);


--
-- Name: inbox inbox_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261129 inbox_20261129_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261129
    ADD CONSTRAINT inbox_20261129_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261130 inbox_20261130_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261130
    ADD CONSTRAINT inbox_20261130_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261201 inbox_20261201_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261201
    ADD CONSTRAINT inbox_20261201_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261202 inbox_20261202_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261202
    ADD CONSTRAINT inbox_20261202_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261203 inbox_20261203_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261203
    ADD CONSTRAINT inbox_20261203_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261204 inbox_20261204_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261204
    ADD CONSTRAINT inbox_20261204_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261205 inbox_20261205_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261205
    ADD CONSTRAINT inbox_20261205_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261206 inbox_20261206_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261206
    ADD CONSTRAINT inbox_20261206_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261207 inbox_20261207_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261207
    ADD CONSTRAINT inbox_20261207_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261208 inbox_20261208_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261208
    ADD CONSTRAINT inbox_20261208_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261209 inbox_20261209_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261209
    ADD CONSTRAINT inbox_20261209_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261210 inbox_20261210_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261210
    ADD CONSTRAINT inbox_20261210_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261211 inbox_20261211_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261211
    ADD CONSTRAINT inbox_20261211_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261212 inbox_20261212_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261212
    ADD CONSTRAINT inbox_20261212_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261213 inbox_20261213_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261213
    ADD CONSTRAINT inbox_20261213_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: inbox_20261214 inbox_20261214_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.inbox_20261214
    ADD CONSTRAINT inbox_20261214_pkey PRIMARY KEY (consumer, event_id, event_at);


--
-- Name: lasting_key lasting_key_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.lasting_key
    ADD CONSTRAINT lasting_key_pkey PRIMARY KEY (name);


--
-- Name: node node_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.node
    ADD CONSTRAINT node_pkey PRIMARY KEY (id);


--
-- Name: person_key person_key_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.person_key
    ADD CONSTRAINT person_key_pkey PRIMARY KEY (person_id);


--
-- Name: secret_use secret_use_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.secret_use
    ADD CONSTRAINT secret_use_pkey PRIMARY KEY (fingerprint);


--
-- Name: stopped_node stopped_node_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.stopped_node
    ADD CONSTRAINT stopped_node_pkey PRIMARY KEY (id);


--
-- Name: work work_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.work
    ADD CONSTRAINT work_pkey PRIMARY KEY (id);


--
-- Name: profile profile_pkey; Type: CONSTRAINT; Schema: profiles; Owner: -
--

ALTER TABLE ONLY profiles.profile
    ADD CONSTRAINT profile_pkey PRIMARY KEY (id);


--
-- Name: profile profile_user_id_key; Type: CONSTRAINT; Schema: profiles; Owner: -
--

ALTER TABLE ONLY profiles.profile
    ADD CONSTRAINT profile_user_id_key UNIQUE (user_id);


--
-- Name: tally tally_pkey; Type: CONSTRAINT; Schema: profiles; Owner: -
--

ALTER TABLE ONLY profiles.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (is_profile_public, preferred_language, completeness);


--
-- Name: dependency dependency_pkey; Type: CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.dependency
    ADD CONSTRAINT dependency_pkey PRIMARY KEY (job_id, depends_on_job_id);


--
-- Name: execution execution_pkey; Type: CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.execution
    ADD CONSTRAINT execution_pkey PRIMARY KEY (id);


--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);


--
-- Name: schedule schedule_pkey; Type: CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (job_id);


--
-- Name: todo todo_pkey; Type: CONSTRAINT; Schema: todos; Owner: -
--

ALTER TABLE ONLY todos.todo
    ADD CONSTRAINT todo_pkey PRIMARY KEY (id);


--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);


--
-- Name: challenge challenge_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.challenge
    ADD CONSTRAINT challenge_pkey PRIMARY KEY (token_mac);


--
-- Name: code_limit code_limit_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.code_limit
    ADD CONSTRAINT code_limit_pkey PRIMARY KEY (subject_mac);


--
-- Name: code code_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.code
    ADD CONSTRAINT code_pkey PRIMARY KEY (user_id, purpose);


--
-- Name: code_request code_request_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.code_request
    ADD CONSTRAINT code_request_pkey PRIMARY KEY (id);


--
-- Name: device device_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (user_id, id);


--
-- Name: email_change email_change_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.email_change
    ADD CONSTRAINT email_change_pkey PRIMARY KEY (user_id);


--
-- Name: external_code external_code_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.external_code
    ADD CONSTRAINT external_code_pkey PRIMARY KEY (address_mac);


--
-- Name: external_identity external_identity_issuer_subject_key; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.external_identity
    ADD CONSTRAINT external_identity_issuer_subject_key UNIQUE (issuer, subject);


--
-- Name: external_identity external_identity_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.external_identity
    ADD CONSTRAINT external_identity_pkey PRIMARY KEY (id);


--
-- Name: invitation invitation_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (user_id);


--
-- Name: lockout lockout_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.lockout
    ADD CONSTRAINT lockout_pkey PRIMARY KEY (address_mac);


--
-- Name: passkey passkey_credential_id_key; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.passkey
    ADD CONSTRAINT passkey_credential_id_key UNIQUE (credential_id);


--
-- Name: passkey passkey_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (id);


--
-- Name: password_history password_history_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.password_history
    ADD CONSTRAINT password_history_pkey PRIMARY KEY (id);


--
-- Name: recovery_code recovery_code_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_mac);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);


--
-- Name: signing_key signing_key_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (kid);


--
-- Name: totp totp_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.totp
    ADD CONSTRAINT totp_pkey PRIMARY KEY (user_id);


--
-- Name: unasked_mail unasked_mail_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.unasked_mail
    ADD CONSTRAINT unasked_mail_pkey PRIMARY KEY (address_mac);


--
-- Name: unfolded_address unfolded_address_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.unfolded_address
    ADD CONSTRAINT unfolded_address_pkey PRIMARY KEY (user_id);


--
-- Name: user user_pkey; Type: CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);


--
-- Name: delivery delivery_pkey; Type: CONSTRAINT; Schema: webhooks; Owner: -
--

ALTER TABLE ONLY webhooks.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);


--
-- Name: endpoint endpoint_pkey; Type: CONSTRAINT; Schema: webhooks; Owner: -
--

ALTER TABLE ONLY webhooks.endpoint
    ADD CONSTRAINT endpoint_pkey PRIMARY KEY (id);


--
-- Name: archiving_one; Type: INDEX; Schema: audit; Owner: -
--

CREATE UNIQUE INDEX archiving_one ON audit.archiving USING btree ((true)) WHERE (status = ANY (ARRAY['writing'::text, 'dropping'::text]));


--
-- Name: checkpoint_size; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX checkpoint_size ON audit.checkpoint USING btree (size);


--
-- Name: entry_action; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_action ON audit.entry USING btree (action text_pattern_ops, id DESC);


--
-- Name: entry_actor; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_actor ON audit.entry USING btree (actor_id, id DESC);


--
-- Name: entry_outcome; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_outcome ON audit.entry USING btree (outcome, id DESC);


--
-- Name: entry_resource_id; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_resource_id ON audit.entry USING btree (resource_id, id DESC);


--
-- Name: entry_resource_type; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_resource_type ON audit.entry USING btree (resource_type, id DESC);


--
-- Name: entry_subject; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entry_subject ON audit.entry USING btree (subject_id, id DESC) WHERE (subject_id <> ''::text);


--
-- Name: finding_entry; Type: INDEX; Schema: audit; Owner: -
--

CREATE UNIQUE INDEX finding_entry ON audit.finding USING btree (entry_id, kind);


--
-- Name: finding_place; Type: INDEX; Schema: audit; Owner: -
--

CREATE UNIQUE INDEX finding_place ON audit.finding USING btree (sequence, kind);


--
-- Name: run_running; Type: INDEX; Schema: audit; Owner: -
--

CREATE UNIQUE INDEX run_running ON audit.run USING btree (update_flags, incremental) WHERE (status = 'running'::text);


--
-- Name: access_entry_role; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX access_entry_role ON "authorization".access_entry USING btree (role_id, resource_type, resource_id) WHERE (role_id IS NOT NULL);


--
-- Name: access_entry_role_readable; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX access_entry_role_readable ON "authorization".access_entry USING btree (role_id, resource_type, resource_id) WHERE (can_read AND (role_id IS NOT NULL));


--
-- Name: access_entry_user; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX access_entry_user ON "authorization".access_entry USING btree (user_id, resource_type, resource_id) WHERE (user_id IS NOT NULL);


--
-- Name: access_entry_user_readable; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX access_entry_user_readable ON "authorization".access_entry USING btree (user_id, resource_type, resource_id) WHERE (can_read AND (user_id IS NOT NULL));


--
-- Name: role_inclusion_included; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX role_inclusion_included ON "authorization".role_inclusion USING btree (included_id, role_id);


--
-- Name: role_name; Type: INDEX; Schema: authorization; Owner: -
--

CREATE UNIQUE INDEX role_name ON "authorization".role USING btree (form) WHERE (NOT is_twin);


--
-- Name: role_permission_permission; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX role_permission_permission ON "authorization".role_permission USING btree (permission, role_id);


--
-- Name: role_reach_reached; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX role_reach_reached ON "authorization".role_reach USING btree (reached_id, role_id);


--
-- Name: role_spelling; Type: INDEX; Schema: authorization; Owner: -
--

CREATE UNIQUE INDEX role_spelling ON "authorization".role USING btree (name);


--
-- Name: subject_grant_permission; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX subject_grant_permission ON "authorization".subject_grant USING btree (permission, user_id);


--
-- Name: subject_role_role; Type: INDEX; Schema: authorization; Owner: -
--

CREATE INDEX subject_role_role ON "authorization".subject_role USING btree (role_id, user_id);


--
-- Name: access_created; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX access_created ON files.access USING btree (created_at);


--
-- Name: access_file; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX access_file ON files.access USING btree (file_id, id DESC);


--
-- Name: access_folder; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX access_folder ON files.access USING btree (folder_id, id DESC) WHERE (folder_id IS NOT NULL);


--
-- Name: access_user; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX access_user ON files.access USING btree (user_id, id) WHERE (user_id IS NOT NULL);


--
-- Name: ended_upload_owner; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX ended_upload_owner ON files.ended_upload USING btree (owner_id);


--
-- Name: ended_upload_until; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX ended_upload_until ON files.ended_upload USING btree (until);


--
-- Name: file_blob; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_blob ON files.file USING btree (blob_id);


--
-- Name: file_deleted; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_deleted ON files.file USING btree (owner_id, id DESC) WHERE ((storage_status = 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_deleted_of_all; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_deleted_of_all ON files.file USING btree (id DESC) WHERE ((storage_status = 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_deletion; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_deletion ON files.file USING btree (deletion_id) WHERE (deletion_id IS NOT NULL);


--
-- Name: file_folder; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_folder ON files.file USING btree (folder_id, id DESC) INCLUDE (owner_id) WHERE ((storage_status <> 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_in_folder; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_in_folder ON files.file USING btree (folder_id, id) WHERE (folder_id IS NOT NULL);


--
-- Name: file_listed; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_listed ON files.file USING btree (owner_id, id DESC) WHERE ((storage_status <> 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_of; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_of ON files.file USING btree (owner_id, id);


--
-- Name: file_of_all; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_of_all ON files.file USING btree (id DESC) WHERE ((storage_status <> 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_of_module; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_of_module ON files.file USING btree (owner_id, module, id DESC) WHERE ((storage_status <> 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_purged; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_purged ON files.file USING btree (deleted_at, id) WHERE ((storage_status = 'deleted'::text) AND (version_of IS NULL));


--
-- Name: file_receiving; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_receiving ON files.file USING btree (heartbeat_at) WHERE (stage = 'uploading'::text);


--
-- Name: file_released; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_released ON files.file USING btree (owner_id, id DESC) WHERE ((storage_status = 'available'::text) AND (version_of IS NULL));


--
-- Name: file_rewriting_failed; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_rewriting_failed ON files.file USING btree (owner_id, updated_at) WHERE (reason = ANY (ARRAY['encryption_failed'::text, 'decryption_failed'::text]));


--
-- Name: file_rewritten; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_rewritten ON files.file USING btree (owner_id) WHERE (encryption_stage IS NOT NULL);


--
-- Name: file_sender; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_sender ON files.file USING btree (sender_id) WHERE (sender_id IS NOT NULL);


--
-- Name: file_status; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_status ON files.file USING btree (storage_status) WHERE (storage_status = ANY (ARRAY['pending'::text, 'missing'::text, 'infected'::text]));


--
-- Name: file_tagged; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_tagged ON files.file USING gin (files.tag_keys(owner_id, tag_forms)) WITH (gin_pending_list_limit='512') WHERE (version_of IS NULL);
ALTER INDEX files.file_tagged ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: file_text; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_text ON files.file USING gin (platform.search_keys((owner_id)::text, search_text)) WITH (gin_pending_list_limit='512') WHERE (version_of IS NULL);
ALTER INDEX files.file_text ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: file_version; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX file_version ON files.file USING btree (version_of, id DESC) WHERE (version_of IS NOT NULL);


--
-- Name: folder_at_top; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_at_top ON files.folder USING btree (owner_id, canonical_name, id) WHERE ((deletion_id IS NULL) AND (parent_id IS NULL));


--
-- Name: folder_deletion; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_deletion ON files.folder USING btree (deletion_id, id) WHERE (deletion_id IS NOT NULL);


--
-- Name: folder_expiring; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_expiring ON files.folder USING btree (deleted_at) WHERE (deletion_id IS NOT NULL);


--
-- Name: folder_in; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_in ON files.folder USING btree (parent_id, canonical_name, id) WHERE (deletion_id IS NULL);


--
-- Name: folder_name; Type: INDEX; Schema: files; Owner: -
--

CREATE UNIQUE INDEX folder_name ON files.folder USING btree (parent_id, canonical_name) WHERE ((deletion_id IS NULL) AND (parent_id IS NOT NULL));


--
-- Name: folder_name_at_top; Type: INDEX; Schema: files; Owner: -
--

CREATE UNIQUE INDEX folder_name_at_top ON files.folder USING btree (owner_id, canonical_name) WHERE ((deletion_id IS NULL) AND (parent_id IS NULL));


--
-- Name: folder_owner; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_owner ON files.folder USING btree (owner_id, id);


--
-- Name: folder_parent; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_parent ON files.folder USING btree (parent_id);


--
-- Name: folder_trash; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_trash ON files.folder USING btree (owner_id, deleted_at DESC, id DESC) WHERE is_deleted_root;


--
-- Name: folder_work_folder; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_work_folder ON files.folder_work USING btree (folder_id);


--
-- Name: folder_work_owner; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX folder_work_owner ON files.folder_work USING btree (owner_id);


--
-- Name: link_expiring; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_expiring ON files.link USING btree (expires_at);


--
-- Name: link_file; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_file ON files.link USING btree (file_id, id DESC);


--
-- Name: link_folder; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_folder ON files.link USING btree (folder_id, id DESC) WHERE (folder_id IS NOT NULL);


--
-- Name: link_maker; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_maker ON files.link USING btree (created_by, id);


--
-- Name: link_use_client; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_use_client ON files.link_use USING btree (link_id, client, started_at DESC);


--
-- Name: link_use_started; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX link_use_started ON files.link_use USING btree (started_at);


--
-- Name: removal_due; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX removal_due ON files.removal USING btree (due_at);


--
-- Name: upload_expiring; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX upload_expiring ON files.upload USING btree (expires_at);


--
-- Name: upload_owner; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX upload_owner ON files.upload USING btree (owner_id, id);


--
-- Name: upload_part_of; Type: INDEX; Schema: files; Owner: -
--

CREATE INDEX upload_part_of ON files.upload_part USING btree (upload_id, "position");


--
-- Name: event_actor; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_actor ON ONLY logging.event USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261129_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_actor_id_id_idx ON logging.event_20261129 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_id; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_id ON ONLY logging.event USING btree (id);


--
-- Name: event_20261129_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_id_idx ON logging.event_20261129 USING btree (id);


--
-- Name: event_received; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_received ON ONLY logging.event USING brin (received_at);


--
-- Name: event_20261129_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_received_at_idx ON logging.event_20261129 USING brin (received_at);


--
-- Name: event_service; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_service ON ONLY logging.event USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261129_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_source_service_level_timestamp_utc_id_idx ON logging.event_20261129 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_time; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_time ON ONLY logging.event USING btree (timestamp_utc, id);


--
-- Name: event_20261129_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_timestamp_utc_id_idx ON logging.event_20261129 USING btree (timestamp_utc, id);


--
-- Name: event_tokens; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_tokens ON ONLY logging.event USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261129_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_tokens_idx ON logging.event_20261129 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_trace; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_trace ON ONLY logging.event USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261129_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261129_trace_id_timestamp_utc_id_idx ON logging.event_20261129 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261130_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_actor_id_id_idx ON logging.event_20261130 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261130_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_id_idx ON logging.event_20261130 USING btree (id);


--
-- Name: event_20261130_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_received_at_idx ON logging.event_20261130 USING brin (received_at);


--
-- Name: event_20261130_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_source_service_level_timestamp_utc_id_idx ON logging.event_20261130 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261130_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_timestamp_utc_id_idx ON logging.event_20261130 USING btree (timestamp_utc, id);


--
-- Name: event_20261130_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_tokens_idx ON logging.event_20261130 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261130_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261130_trace_id_timestamp_utc_id_idx ON logging.event_20261130 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261201_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_actor_id_id_idx ON logging.event_20261201 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261201_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_id_idx ON logging.event_20261201 USING btree (id);


--
-- Name: event_20261201_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_received_at_idx ON logging.event_20261201 USING brin (received_at);


--
-- Name: event_20261201_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_source_service_level_timestamp_utc_id_idx ON logging.event_20261201 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261201_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_timestamp_utc_id_idx ON logging.event_20261201 USING btree (timestamp_utc, id);


--
-- Name: event_20261201_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_tokens_idx ON logging.event_20261201 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261201_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261201_trace_id_timestamp_utc_id_idx ON logging.event_20261201 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261202_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_actor_id_id_idx ON logging.event_20261202 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261202_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_id_idx ON logging.event_20261202 USING btree (id);


--
-- Name: event_20261202_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_received_at_idx ON logging.event_20261202 USING brin (received_at);


--
-- Name: event_20261202_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_source_service_level_timestamp_utc_id_idx ON logging.event_20261202 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261202_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_timestamp_utc_id_idx ON logging.event_20261202 USING btree (timestamp_utc, id);


--
-- Name: event_20261202_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_tokens_idx ON logging.event_20261202 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261202_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261202_trace_id_timestamp_utc_id_idx ON logging.event_20261202 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261203_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_actor_id_id_idx ON logging.event_20261203 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261203_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_id_idx ON logging.event_20261203 USING btree (id);


--
-- Name: event_20261203_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_received_at_idx ON logging.event_20261203 USING brin (received_at);


--
-- Name: event_20261203_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_source_service_level_timestamp_utc_id_idx ON logging.event_20261203 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261203_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_timestamp_utc_id_idx ON logging.event_20261203 USING btree (timestamp_utc, id);


--
-- Name: event_20261203_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_tokens_idx ON logging.event_20261203 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261203_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261203_trace_id_timestamp_utc_id_idx ON logging.event_20261203 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261204_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_actor_id_id_idx ON logging.event_20261204 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261204_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_id_idx ON logging.event_20261204 USING btree (id);


--
-- Name: event_20261204_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_received_at_idx ON logging.event_20261204 USING brin (received_at);


--
-- Name: event_20261204_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_source_service_level_timestamp_utc_id_idx ON logging.event_20261204 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261204_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_timestamp_utc_id_idx ON logging.event_20261204 USING btree (timestamp_utc, id);


--
-- Name: event_20261204_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_tokens_idx ON logging.event_20261204 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261204_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261204_trace_id_timestamp_utc_id_idx ON logging.event_20261204 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261205_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_actor_id_id_idx ON logging.event_20261205 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261205_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_id_idx ON logging.event_20261205 USING btree (id);


--
-- Name: event_20261205_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_received_at_idx ON logging.event_20261205 USING brin (received_at);


--
-- Name: event_20261205_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_source_service_level_timestamp_utc_id_idx ON logging.event_20261205 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261205_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_timestamp_utc_id_idx ON logging.event_20261205 USING btree (timestamp_utc, id);


--
-- Name: event_20261205_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_tokens_idx ON logging.event_20261205 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261205_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261205_trace_id_timestamp_utc_id_idx ON logging.event_20261205 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261206_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_actor_id_id_idx ON logging.event_20261206 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261206_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_id_idx ON logging.event_20261206 USING btree (id);


--
-- Name: event_20261206_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_received_at_idx ON logging.event_20261206 USING brin (received_at);


--
-- Name: event_20261206_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_source_service_level_timestamp_utc_id_idx ON logging.event_20261206 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261206_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_timestamp_utc_id_idx ON logging.event_20261206 USING btree (timestamp_utc, id);


--
-- Name: event_20261206_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_tokens_idx ON logging.event_20261206 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261206_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261206_trace_id_timestamp_utc_id_idx ON logging.event_20261206 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261207_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_actor_id_id_idx ON logging.event_20261207 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261207_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_id_idx ON logging.event_20261207 USING btree (id);


--
-- Name: event_20261207_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_received_at_idx ON logging.event_20261207 USING brin (received_at);


--
-- Name: event_20261207_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_source_service_level_timestamp_utc_id_idx ON logging.event_20261207 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261207_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_timestamp_utc_id_idx ON logging.event_20261207 USING btree (timestamp_utc, id);


--
-- Name: event_20261207_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_tokens_idx ON logging.event_20261207 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261207_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261207_trace_id_timestamp_utc_id_idx ON logging.event_20261207 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261208_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_actor_id_id_idx ON logging.event_20261208 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261208_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_id_idx ON logging.event_20261208 USING btree (id);


--
-- Name: event_20261208_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_received_at_idx ON logging.event_20261208 USING brin (received_at);


--
-- Name: event_20261208_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_source_service_level_timestamp_utc_id_idx ON logging.event_20261208 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261208_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_timestamp_utc_id_idx ON logging.event_20261208 USING btree (timestamp_utc, id);


--
-- Name: event_20261208_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_tokens_idx ON logging.event_20261208 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261208_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261208_trace_id_timestamp_utc_id_idx ON logging.event_20261208 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261209_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_actor_id_id_idx ON logging.event_20261209 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261209_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_id_idx ON logging.event_20261209 USING btree (id);


--
-- Name: event_20261209_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_received_at_idx ON logging.event_20261209 USING brin (received_at);


--
-- Name: event_20261209_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_source_service_level_timestamp_utc_id_idx ON logging.event_20261209 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261209_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_timestamp_utc_id_idx ON logging.event_20261209 USING btree (timestamp_utc, id);


--
-- Name: event_20261209_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_tokens_idx ON logging.event_20261209 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261209_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261209_trace_id_timestamp_utc_id_idx ON logging.event_20261209 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261210_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_actor_id_id_idx ON logging.event_20261210 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261210_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_id_idx ON logging.event_20261210 USING btree (id);


--
-- Name: event_20261210_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_received_at_idx ON logging.event_20261210 USING brin (received_at);


--
-- Name: event_20261210_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_source_service_level_timestamp_utc_id_idx ON logging.event_20261210 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261210_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_timestamp_utc_id_idx ON logging.event_20261210 USING btree (timestamp_utc, id);


--
-- Name: event_20261210_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_tokens_idx ON logging.event_20261210 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261210_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261210_trace_id_timestamp_utc_id_idx ON logging.event_20261210 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261211_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_actor_id_id_idx ON logging.event_20261211 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261211_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_id_idx ON logging.event_20261211 USING btree (id);


--
-- Name: event_20261211_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_received_at_idx ON logging.event_20261211 USING brin (received_at);


--
-- Name: event_20261211_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_source_service_level_timestamp_utc_id_idx ON logging.event_20261211 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261211_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_timestamp_utc_id_idx ON logging.event_20261211 USING btree (timestamp_utc, id);


--
-- Name: event_20261211_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_tokens_idx ON logging.event_20261211 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261211_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261211_trace_id_timestamp_utc_id_idx ON logging.event_20261211 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261212_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_actor_id_id_idx ON logging.event_20261212 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261212_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_id_idx ON logging.event_20261212 USING btree (id);


--
-- Name: event_20261212_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_received_at_idx ON logging.event_20261212 USING brin (received_at);


--
-- Name: event_20261212_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_source_service_level_timestamp_utc_id_idx ON logging.event_20261212 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261212_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_timestamp_utc_id_idx ON logging.event_20261212 USING btree (timestamp_utc, id);


--
-- Name: event_20261212_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_tokens_idx ON logging.event_20261212 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261212_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261212_trace_id_timestamp_utc_id_idx ON logging.event_20261212 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261213_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_actor_id_id_idx ON logging.event_20261213 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261213_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_id_idx ON logging.event_20261213 USING btree (id);


--
-- Name: event_20261213_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_received_at_idx ON logging.event_20261213 USING brin (received_at);


--
-- Name: event_20261213_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_source_service_level_timestamp_utc_id_idx ON logging.event_20261213 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261213_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_timestamp_utc_id_idx ON logging.event_20261213 USING btree (timestamp_utc, id);


--
-- Name: event_20261213_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_tokens_idx ON logging.event_20261213 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261213_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261213_trace_id_timestamp_utc_id_idx ON logging.event_20261213 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: event_20261214_actor_id_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_actor_id_id_idx ON logging.event_20261214 USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);


--
-- Name: event_20261214_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_id_idx ON logging.event_20261214 USING btree (id);


--
-- Name: event_20261214_received_at_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_received_at_idx ON logging.event_20261214 USING brin (received_at);


--
-- Name: event_20261214_source_service_level_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_source_service_level_timestamp_utc_id_idx ON logging.event_20261214 USING btree (source_service, level, timestamp_utc, id);


--
-- Name: event_20261214_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_timestamp_utc_id_idx ON logging.event_20261214 USING btree (timestamp_utc, id);


--
-- Name: event_20261214_tokens_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_tokens_idx ON logging.event_20261214 USING gin (tokens) WITH (fastupdate='on', gin_pending_list_limit='262144');


--
-- Name: event_20261214_trace_id_timestamp_utc_id_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX event_20261214_trace_id_timestamp_utc_id_idx ON logging.event_20261214 USING btree (trace_id, timestamp_utc, id) WHERE (trace_id IS NOT NULL);


--
-- Name: incident_fingerprint; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX incident_fingerprint ON logging.incident USING btree (fingerprint, id DESC);


--
-- Name: incident_open; Type: INDEX; Schema: logging; Owner: -
--

CREATE UNIQUE INDEX incident_open ON logging.incident USING btree (fingerprint) WHERE (status <> 'resolved'::text);


--
-- Name: incident_rule; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX incident_rule ON logging.incident USING btree (rule_id, opened_at) WHERE (rule_id IS NOT NULL);


--
-- Name: incident_status; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX incident_status ON logging.incident USING btree (status, id DESC);


--
-- Name: incident_step_incident; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX incident_step_incident ON logging.incident_step USING btree (incident_id, id);


--
-- Name: match_count_bucket; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX match_count_bucket ON logging.match_count USING btree (bucket);


--
-- Name: match_count_rule; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX match_count_rule ON logging.match_count USING btree (rule_id, bucket);


--
-- Name: rollup_day; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_day ON ONLY logging.rollup USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261129_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261129_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261129 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261130_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261130_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261130 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261201_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261201_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261201 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261202_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261202_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261202 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261203_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261203_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261203 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261204_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261204_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261204 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261205_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261205_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261205 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261206_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261206_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261206 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261207_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261207_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261207 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261208_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261208_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261208 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261209_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261209_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261209 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261210_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261210_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261210 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261211_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261211_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261211 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261212_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261212_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261212 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261213_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261213_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261213 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: rollup_20261214_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX rollup_20261214_bucket_day_level_service_module_outcome_cou_idx ON logging.rollup_20261214 USING btree (bucket) INCLUDE (day, level, service, module, outcome, count) WHERE (seconds = 86400);


--
-- Name: silence_end; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX silence_end ON logging.silence USING btree (COALESCE(repeats_until, ends_at));


--
-- Name: word_keys; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_keys ON ONLY logging.word USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261129_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261129_keys_idx ON logging.word_20261129 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261130_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261130_keys_idx ON logging.word_20261130 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261201_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261201_keys_idx ON logging.word_20261201 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261202_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261202_keys_idx ON logging.word_20261202 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261203_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261203_keys_idx ON logging.word_20261203 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261204_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261204_keys_idx ON logging.word_20261204 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261205_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261205_keys_idx ON logging.word_20261205 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261206_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261206_keys_idx ON logging.word_20261206 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261207_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261207_keys_idx ON logging.word_20261207 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261208_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261208_keys_idx ON logging.word_20261208 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261209_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261209_keys_idx ON logging.word_20261209 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261210_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261210_keys_idx ON logging.word_20261210 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261211_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261211_keys_idx ON logging.word_20261211 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261212_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261212_keys_idx ON logging.word_20261212 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261213_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261213_keys_idx ON logging.word_20261213 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: word_20261214_keys_idx; Type: INDEX; Schema: logging; Owner: -
--

CREATE INDEX word_20261214_keys_idx ON logging.word_20261214 USING gin (keys) WITH (fastupdate='on', gin_pending_list_limit='65536');


--
-- Name: attempt_reported; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX attempt_reported ON notifications.attempt USING btree (provider, provider_message_id) WHERE (provider_message_id IS NOT NULL);


--
-- Name: channel_second_second; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX channel_second_second ON notifications.channel_second USING btree (second);


--
-- Name: digest_closed; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX digest_closed ON notifications.digest USING btree (due_at) WHERE (NOT is_open);


--
-- Name: digest_open; Type: INDEX; Schema: notifications; Owner: -
--

CREATE UNIQUE INDEX digest_open ON notifications.digest USING btree (user_id, category, channel) WHERE is_open;


--
-- Name: message_addressed; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_addressed ON notifications.message USING btree (recipient_hash) WHERE (user_id IS NULL);


--
-- Name: message_author_rare; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_author_rare ON notifications.message USING btree (created_by, status, id DESC) WHERE ((created_by IS NOT NULL) AND (status = ANY (ARRAY['scheduled'::text, 'failed'::text, 'cancelled'::text, 'archived'::text])));


--
-- Name: message_channel; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_channel ON notifications.message USING btree (channel, id DESC);


--
-- Name: message_created_by; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_created_by ON notifications.message USING btree (created_by, id DESC) WHERE (created_by IS NOT NULL);


--
-- Name: message_digest; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_digest ON notifications.message USING btree (digest_id) WHERE (digest_id IS NOT NULL);


--
-- Name: message_inbox; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_inbox ON notifications.message USING btree (user_id, inbox_seq DESC, id DESC) WHERE ((inbox_seq IS NOT NULL) AND (status = 'delivered'::text));


--
-- Name: message_inbox_seq; Type: INDEX; Schema: notifications; Owner: -
--

CREATE UNIQUE INDEX message_inbox_seq ON notifications.message USING btree (user_id, inbox_seq) WHERE (inbox_seq IS NOT NULL);


--
-- Name: message_recent; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_recent ON notifications.message USING btree (recipient_hash, begun_at DESC) WHERE (begun_at IS NOT NULL);


--
-- Name: message_schedule; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_schedule ON notifications.message USING btree (schedule_id) WHERE (schedule_id IS NOT NULL);


--
-- Name: message_status; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_status ON notifications.message USING btree (status, id DESC);


--
-- Name: message_stranger; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_stranger ON notifications.message USING btree (recipient_hash) WHERE ((user_id IS NULL) AND (recipient_hash IS NOT NULL));


--
-- Name: message_unread_delivered; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_unread_delivered ON notifications.message USING btree (user_id) WHERE ((channel = 'inApp'::text) AND (read_at IS NULL) AND (status = 'delivered'::text));


--
-- Name: message_user; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_user ON notifications.message USING btree (user_id, id DESC);


--
-- Name: message_user_rare; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX message_user_rare ON notifications.message USING btree (user_id, status, id DESC) WHERE (status = ANY (ARRAY['scheduled'::text, 'failed'::text, 'cancelled'::text, 'archived'::text]));


--
-- Name: recipient_email; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX recipient_email ON notifications.recipient USING btree (email_hash) WHERE (email_hash IS NOT NULL);


--
-- Name: schedule_created_by; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX schedule_created_by ON notifications.schedule USING btree (created_by, id DESC) WHERE (created_by IS NOT NULL);


--
-- Name: schedule_message_author; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX schedule_message_author ON notifications.schedule USING btree (message_created_by, id DESC) WHERE (message_created_by IS NOT NULL);


--
-- Name: schedule_notification; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX schedule_notification ON notifications.schedule USING btree (notification_id);


--
-- Name: schedule_status; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX schedule_status ON notifications.schedule USING btree (status, id DESC);


--
-- Name: suppression_channel; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX suppression_channel ON notifications.suppression USING btree (channel, id DESC);


--
-- Name: template_key; Type: INDEX; Schema: notifications; Owner: -
--

CREATE UNIQUE INDEX template_key ON notifications.template USING btree (name, channel, language) WHERE (deleted_at IS NULL);


--
-- Name: template_language; Type: INDEX; Schema: notifications; Owner: -
--

CREATE UNIQUE INDEX template_language ON notifications.template USING btree (name, channel, platform.language_tag(language)) WHERE ((deleted_at IS NULL) AND (NOT is_twin));


--
-- Name: template_name; Type: INDEX; Schema: notifications; Owner: -
--

CREATE UNIQUE INDEX template_name ON notifications.template USING btree (platform.canonical_name(name), channel, platform.language_tag(language)) WHERE ((deleted_at IS NULL) AND (NOT is_shipped) AND (NOT is_twin));


--
-- Name: alert_open; Type: INDEX; Schema: observability; Owner: -
--

CREATE UNIQUE INDEX alert_open ON observability.alert USING btree (subject) WHERE (closed_at IS NULL);


--
-- Name: alert_subject; Type: INDEX; Schema: observability; Owner: -
--

CREATE INDEX alert_subject ON observability.alert USING btree (subject, id);


--
-- Name: replay_message_open; Type: INDEX; Schema: observability; Owner: -
--

CREATE INDEX replay_message_open ON observability.replay_message USING btree (message_id) WHERE (outcome = ANY (ARRAY['pending'::text, 'running'::text]));


--
-- Name: captured_mail_received_at; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX captured_mail_received_at ON platform.captured_mail USING btree (received_at DESC);


--
-- Name: event_key; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_key ON ONLY platform.event USING btree (key, pos);


--
-- Name: event_20261129_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261129_key_pos_idx ON platform.event_20261129 USING btree (key, pos);


--
-- Name: event_xid; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_xid ON ONLY platform.event USING btree (xid, pos);


--
-- Name: event_20261129_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261129_xid_pos_idx ON platform.event_20261129 USING btree (xid, pos);


--
-- Name: event_20261130_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261130_key_pos_idx ON platform.event_20261130 USING btree (key, pos);


--
-- Name: event_20261130_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261130_xid_pos_idx ON platform.event_20261130 USING btree (xid, pos);


--
-- Name: event_20261201_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261201_key_pos_idx ON platform.event_20261201 USING btree (key, pos);


--
-- Name: event_20261201_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261201_xid_pos_idx ON platform.event_20261201 USING btree (xid, pos);


--
-- Name: event_20261202_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261202_key_pos_idx ON platform.event_20261202 USING btree (key, pos);


--
-- Name: event_20261202_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261202_xid_pos_idx ON platform.event_20261202 USING btree (xid, pos);


--
-- Name: event_20261203_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261203_key_pos_idx ON platform.event_20261203 USING btree (key, pos);


--
-- Name: event_20261203_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261203_xid_pos_idx ON platform.event_20261203 USING btree (xid, pos);


--
-- Name: event_20261204_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261204_key_pos_idx ON platform.event_20261204 USING btree (key, pos);


--
-- Name: event_20261204_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261204_xid_pos_idx ON platform.event_20261204 USING btree (xid, pos);


--
-- Name: event_20261205_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261205_key_pos_idx ON platform.event_20261205 USING btree (key, pos);


--
-- Name: event_20261205_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261205_xid_pos_idx ON platform.event_20261205 USING btree (xid, pos);


--
-- Name: event_20261206_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261206_key_pos_idx ON platform.event_20261206 USING btree (key, pos);


--
-- Name: event_20261206_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261206_xid_pos_idx ON platform.event_20261206 USING btree (xid, pos);


--
-- Name: event_20261207_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261207_key_pos_idx ON platform.event_20261207 USING btree (key, pos);


--
-- Name: event_20261207_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261207_xid_pos_idx ON platform.event_20261207 USING btree (xid, pos);


--
-- Name: event_20261208_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261208_key_pos_idx ON platform.event_20261208 USING btree (key, pos);


--
-- Name: event_20261208_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261208_xid_pos_idx ON platform.event_20261208 USING btree (xid, pos);


--
-- Name: event_20261209_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261209_key_pos_idx ON platform.event_20261209 USING btree (key, pos);


--
-- Name: event_20261209_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261209_xid_pos_idx ON platform.event_20261209 USING btree (xid, pos);


--
-- Name: event_20261210_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261210_key_pos_idx ON platform.event_20261210 USING btree (key, pos);


--
-- Name: event_20261210_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261210_xid_pos_idx ON platform.event_20261210 USING btree (xid, pos);


--
-- Name: event_20261211_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261211_key_pos_idx ON platform.event_20261211 USING btree (key, pos);


--
-- Name: event_20261211_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261211_xid_pos_idx ON platform.event_20261211 USING btree (xid, pos);


--
-- Name: event_20261212_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261212_key_pos_idx ON platform.event_20261212 USING btree (key, pos);


--
-- Name: event_20261212_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261212_xid_pos_idx ON platform.event_20261212 USING btree (xid, pos);


--
-- Name: event_20261213_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261213_key_pos_idx ON platform.event_20261213 USING btree (key, pos);


--
-- Name: event_20261213_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261213_xid_pos_idx ON platform.event_20261213 USING btree (xid, pos);


--
-- Name: event_20261214_key_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261214_key_pos_idx ON platform.event_20261214 USING btree (key, pos);


--
-- Name: event_20261214_xid_pos_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_20261214_xid_pos_idx ON platform.event_20261214 USING btree (xid, pos);


--
-- Name: idempotency_claimed_at; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX idempotency_claimed_at ON platform.idempotency USING btree (claimed_at);


--
-- Name: invalidation_at; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX invalidation_at ON platform.invalidation USING btree (at);


--
-- Name: invalidation_xid; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX invalidation_xid ON platform.invalidation USING btree (xid);


--
-- Name: stopped_node_heartbeat_at; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX stopped_node_heartbeat_at ON platform.stopped_node USING btree (heartbeat_at);


--
-- Name: work_due; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX work_due ON platform.work USING btree (queue, lane, due_at) WHERE (NOT parked);


--
-- Name: work_failed; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX work_failed ON platform.work USING btree ((
CASE queue
    WHEN 'platform.inbox'::text THEN 'inbox'::text
    WHEN 'platform.outbox'::text THEN 'outbox'::text
    ELSE 'work'::text
END), (
CASE
    WHEN (due_at = 'infinity'::timestamp with time zone) THEN 'failed'::text
    ELSE 'retrying'::text
END), id) WHERE ((error IS NOT NULL) AND (NOT parked) AND (queue <> 'platform.job'::text));


--
-- Name: work_head; Type: INDEX; Schema: platform; Owner: -
--

CREATE UNIQUE INDEX work_head ON platform.work USING btree (key) WHERE ((NOT parked) AND (key IS NOT NULL));


--
-- Name: work_key; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX work_key ON platform.work USING btree (key, pos) WHERE parked;


--
-- Name: profile_avatar; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_avatar ON profiles.profile USING btree (avatar_file_id) WHERE (avatar_file_id IS NOT NULL);


--
-- Name: profile_completeness; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_completeness ON profiles.profile USING btree (completeness, id);


--
-- Name: profile_language; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_language ON profiles.profile USING btree (preferred_language, id);


--
-- Name: profile_music; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_music ON profiles.profile USING btree (music_file_id) WHERE (music_file_id IS NOT NULL);


--
-- Name: profile_public; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_public ON profiles.profile USING btree (is_profile_public, id);


--
-- Name: profile_search; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_search ON profiles.profile USING gin (platform.search_keys(''::text, search_text)) WITH (gin_pending_list_limit='512');
ALTER INDEX profiles.profile_search ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: profile_updated; Type: INDEX; Schema: profiles; Owner: -
--

CREATE INDEX profile_updated ON profiles.profile USING btree (updated_at, id);


--
-- Name: dependency_of; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX dependency_of ON scheduler.dependency USING btree (depends_on_job_id, job_id);


--
-- Name: execution_dead; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_dead ON scheduler.execution USING btree (job_id, id) WHERE ((status = ANY (ARRAY['deadLettered'::text, 'timedOut'::text])) AND (replayed_as IS NULL));


--
-- Name: execution_due; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_due ON scheduler.execution USING btree (scheduled_at_utc) WHERE ((status = 'scheduled'::text) AND (NOT is_waiting));


--
-- Name: execution_ended; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_ended ON scheduler.execution USING btree (finished_at_utc) WHERE (status = ANY (ARRAY['succeeded'::text, 'canceled'::text, 'timedOut'::text, 'skipped'::text, 'deadLettered'::text]));


--
-- Name: execution_job; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_job ON scheduler.execution USING btree (job_id, id);


--
-- Name: execution_occurrence; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE UNIQUE INDEX execution_occurrence ON scheduler.execution USING btree (job_id, occurrence_at_utc) WHERE (triggered_by = ANY (ARRAY['schedule'::text, 'dependency'::text, 'catchUp'::text]));


--
-- Name: execution_running; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_running ON scheduler.execution USING btree (type) WHERE (status = 'running'::text);


--
-- Name: execution_triggered_by; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_triggered_by ON scheduler.execution USING btree (triggered_by_id) WHERE (triggered_by_id IS NOT NULL);


--
-- Name: execution_trouble; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_trouble ON scheduler.execution USING btree (status, id) WHERE (status <> ALL (ARRAY['succeeded'::text, 'skipped'::text]));


--
-- Name: execution_unfinished; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX execution_unfinished ON scheduler.execution USING btree (job_id, id) WHERE (status = ANY (ARRAY['scheduled'::text, 'running'::text, 'failed'::text]));


--
-- Name: job_inactive; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_inactive ON scheduler.job USING btree (id) WHERE (status = 'inactive'::text);


--
-- Name: job_name; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE UNIQUE INDEX job_name ON scheduler.job USING btree (platform.canonical_name(name));


--
-- Name: job_owner; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_owner ON scheduler.job USING btree (owner_id, id);


--
-- Name: job_paused; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_paused ON scheduler.job USING btree (id) WHERE (status = 'paused'::text);


--
-- Name: job_quarantined; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_quarantined ON scheduler.job USING btree (id) WHERE (status = 'quarantined'::text);


--
-- Name: job_search; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_search ON scheduler.job USING gin (platform.search_keys(''::text, search_text)) WITH (gin_pending_list_limit='512');


--
-- Name: job_tags; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_tags ON scheduler.job USING gin (tags);


--
-- Name: job_type; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX job_type ON scheduler.job USING btree (type, id);


--
-- Name: schedule_zone_data; Type: INDEX; Schema: scheduler; Owner: -
--

CREATE INDEX schedule_zone_data ON scheduler.schedule USING btree (zone_data);


--
-- Name: todo_label; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_label ON todos.todo USING gin (todos.label_keys(owner_id, label_forms)) WITH (gin_pending_list_limit='512');
ALTER INDEX todos.todo_label ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: todo_owner; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_owner ON todos.todo USING btree (owner_id, id DESC);


--
-- Name: todo_owner_due; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_owner_due ON todos.todo USING btree (owner_id, COALESCE(due_date, 'infinity'::date), id);


--
-- Name: todo_owner_priority; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_owner_priority ON todos.todo USING btree (owner_id, priority_rank, id);


--
-- Name: todo_search; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_search ON todos.todo USING gin (platform.search_keys((owner_id)::text, search_text)) WITH (gin_pending_list_limit='512');
ALTER INDEX todos.todo_search ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: todo_state; Type: INDEX; Schema: todos; Owner: -
--

CREATE INDEX todo_state ON todos.todo USING btree (owner_id, is_completed, id DESC);


--
-- Name: api_key_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX api_key_owner ON users.api_key USING btree (user_id, id DESC);


--
-- Name: api_key_prefix; Type: INDEX; Schema: users; Owner: -
--

CREATE UNIQUE INDEX api_key_prefix ON users.api_key USING btree (prefix);


--
-- Name: challenge_expiry; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX challenge_expiry ON users.challenge USING btree (expires_at);


--
-- Name: challenge_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX challenge_owner ON users.challenge USING btree (user_id);


--
-- Name: code_limit_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX code_limit_age ON users.code_limit USING btree (window_at);


--
-- Name: code_link; Type: INDEX; Schema: users; Owner: -
--

CREATE UNIQUE INDEX code_link ON users.code USING btree (link_mac);


--
-- Name: external_code_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX external_code_age ON users.external_code USING btree (sent_at);


--
-- Name: external_identity_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX external_identity_owner ON users.external_identity USING btree (user_id);


--
-- Name: invitation_link; Type: INDEX; Schema: users; Owner: -
--

CREATE UNIQUE INDEX invitation_link ON users.invitation USING btree (link_mac);


--
-- Name: lockout_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX lockout_age ON users.lockout USING btree (last_failure_at);


--
-- Name: lockout_locked; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX lockout_locked ON users.lockout USING btree (locked_until, user_id) WHERE (locked_until IS NOT NULL);


--
-- Name: lockout_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX lockout_owner ON users.lockout USING btree (user_id);


--
-- Name: network_failure_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX network_failure_age ON users.network_failure USING btree (failed_at);


--
-- Name: network_failure_found; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX network_failure_found ON users.network_failure USING btree (network_mac, failed_at);


--
-- Name: passkey_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX passkey_owner ON users.passkey USING btree (user_id, id DESC);


--
-- Name: password_history_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX password_history_owner ON users.password_history USING btree (user_id, id DESC);


--
-- Name: session_absolute_end; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX session_absolute_end ON users.session USING btree (absolute_expires_at);


--
-- Name: session_idle_end; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX session_idle_end ON users.session USING btree (idle_expires_at);


--
-- Name: session_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX session_owner ON users.session USING btree (user_id, id DESC) WHERE (revoked_at IS NULL);


--
-- Name: session_revoked; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX session_revoked ON users.session USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);


--
-- Name: session_user_device; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX session_user_device ON users.session USING btree (user_id, device, ip);


--
-- Name: unasked_mail_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX unasked_mail_age ON users.unasked_mail USING btree (since);


--
-- Name: user_email; Type: INDEX; Schema: users; Owner: -
--

CREATE UNIQUE INDEX user_email ON users."user" USING btree (email);


--
-- Name: user_locked; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_locked ON users."user" USING btree (locked_until) WHERE (locked_until IS NOT NULL);


--
-- Name: user_pending; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_pending ON users."user" USING btree (created_at) WHERE (status = 'pending'::text);


--
-- Name: user_present; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_present ON users."user" USING btree (id DESC) WHERE (status <> 'deleted'::text);


--
-- Name: user_present_email; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_present_email ON users."user" USING btree (email, id) WHERE (status <> 'deleted'::text);


--
-- Name: user_present_last_name; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_present_last_name ON users."user" USING btree (last_name, id) WHERE (status <> 'deleted'::text);


--
-- Name: user_rare_status; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_rare_status ON users."user" USING btree (status, id DESC) WHERE (status = ANY (ARRAY['pending'::text, 'disabled'::text]));


--
-- Name: user_search; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX user_search ON users."user" USING gin (platform.search_keys(''::text, search_text)) WITH (gin_pending_list_limit='512');
ALTER INDEX users.user_search ALTER COLUMN 1 SET STATISTICS 0;


--
-- Name: wrong_guess_age; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX wrong_guess_age ON users.wrong_guess USING btree (guessed_at);


--
-- Name: wrong_guess_owner; Type: INDEX; Schema: users; Owner: -
--

CREATE INDEX wrong_guess_owner ON users.wrong_guess USING btree (user_id, kind, guesser, guessed_at);


--
-- Name: delivery_endpoint; Type: INDEX; Schema: webhooks; Owner: -
--

CREATE INDEX delivery_endpoint ON webhooks.delivery USING btree (endpoint_id, id DESC);


--
-- Name: delivery_status; Type: INDEX; Schema: webhooks; Owner: -
--

CREATE INDEX delivery_status ON webhooks.delivery USING btree (endpoint_id, status, id DESC);


--
-- Name: endpoint_event; Type: INDEX; Schema: webhooks; Owner: -
--

CREATE INDEX endpoint_event ON webhooks.endpoint USING gin (event_types) WHERE is_enabled;


--
-- Name: event_20261129_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261129_actor_id_id_idx;


--
-- Name: event_20261129_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261129_id_idx;


--
-- Name: event_20261129_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261129_received_at_idx;


--
-- Name: event_20261129_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261129_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261129_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261129_timestamp_utc_id_idx;


--
-- Name: event_20261129_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261129_tokens_idx;


--
-- Name: event_20261129_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261129_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261130_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261130_actor_id_id_idx;


--
-- Name: event_20261130_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261130_id_idx;


--
-- Name: event_20261130_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261130_received_at_idx;


--
-- Name: event_20261130_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261130_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261130_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261130_timestamp_utc_id_idx;


--
-- Name: event_20261130_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261130_tokens_idx;


--
-- Name: event_20261130_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261130_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261201_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261201_actor_id_id_idx;


--
-- Name: event_20261201_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261201_id_idx;


--
-- Name: event_20261201_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261201_received_at_idx;


--
-- Name: event_20261201_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261201_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261201_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261201_timestamp_utc_id_idx;


--
-- Name: event_20261201_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261201_tokens_idx;


--
-- Name: event_20261201_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261201_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261202_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261202_actor_id_id_idx;


--
-- Name: event_20261202_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261202_id_idx;


--
-- Name: event_20261202_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261202_received_at_idx;


--
-- Name: event_20261202_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261202_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261202_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261202_timestamp_utc_id_idx;


--
-- Name: event_20261202_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261202_tokens_idx;


--
-- Name: event_20261202_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261202_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261203_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261203_actor_id_id_idx;


--
-- Name: event_20261203_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261203_id_idx;


--
-- Name: event_20261203_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261203_received_at_idx;


--
-- Name: event_20261203_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261203_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261203_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261203_timestamp_utc_id_idx;


--
-- Name: event_20261203_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261203_tokens_idx;


--
-- Name: event_20261203_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261203_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261204_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261204_actor_id_id_idx;


--
-- Name: event_20261204_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261204_id_idx;


--
-- Name: event_20261204_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261204_received_at_idx;


--
-- Name: event_20261204_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261204_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261204_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261204_timestamp_utc_id_idx;


--
-- Name: event_20261204_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261204_tokens_idx;


--
-- Name: event_20261204_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261204_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261205_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261205_actor_id_id_idx;


--
-- Name: event_20261205_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261205_id_idx;


--
-- Name: event_20261205_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261205_received_at_idx;


--
-- Name: event_20261205_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261205_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261205_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261205_timestamp_utc_id_idx;


--
-- Name: event_20261205_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261205_tokens_idx;


--
-- Name: event_20261205_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261205_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261206_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261206_actor_id_id_idx;


--
-- Name: event_20261206_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261206_id_idx;


--
-- Name: event_20261206_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261206_received_at_idx;


--
-- Name: event_20261206_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261206_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261206_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261206_timestamp_utc_id_idx;


--
-- Name: event_20261206_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261206_tokens_idx;


--
-- Name: event_20261206_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261206_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261207_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261207_actor_id_id_idx;


--
-- Name: event_20261207_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261207_id_idx;


--
-- Name: event_20261207_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261207_received_at_idx;


--
-- Name: event_20261207_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261207_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261207_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261207_timestamp_utc_id_idx;


--
-- Name: event_20261207_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261207_tokens_idx;


--
-- Name: event_20261207_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261207_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261208_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261208_actor_id_id_idx;


--
-- Name: event_20261208_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261208_id_idx;


--
-- Name: event_20261208_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261208_received_at_idx;


--
-- Name: event_20261208_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261208_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261208_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261208_timestamp_utc_id_idx;


--
-- Name: event_20261208_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261208_tokens_idx;


--
-- Name: event_20261208_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261208_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261209_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261209_actor_id_id_idx;


--
-- Name: event_20261209_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261209_id_idx;


--
-- Name: event_20261209_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261209_received_at_idx;


--
-- Name: event_20261209_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261209_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261209_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261209_timestamp_utc_id_idx;


--
-- Name: event_20261209_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261209_tokens_idx;


--
-- Name: event_20261209_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261209_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261210_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261210_actor_id_id_idx;


--
-- Name: event_20261210_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261210_id_idx;


--
-- Name: event_20261210_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261210_received_at_idx;


--
-- Name: event_20261210_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261210_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261210_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261210_timestamp_utc_id_idx;


--
-- Name: event_20261210_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261210_tokens_idx;


--
-- Name: event_20261210_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261210_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261211_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261211_actor_id_id_idx;


--
-- Name: event_20261211_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261211_id_idx;


--
-- Name: event_20261211_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261211_received_at_idx;


--
-- Name: event_20261211_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261211_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261211_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261211_timestamp_utc_id_idx;


--
-- Name: event_20261211_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261211_tokens_idx;


--
-- Name: event_20261211_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261211_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261212_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261212_actor_id_id_idx;


--
-- Name: event_20261212_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261212_id_idx;


--
-- Name: event_20261212_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261212_received_at_idx;


--
-- Name: event_20261212_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261212_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261212_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261212_timestamp_utc_id_idx;


--
-- Name: event_20261212_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261212_tokens_idx;


--
-- Name: event_20261212_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261212_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261213_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261213_actor_id_id_idx;


--
-- Name: event_20261213_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261213_id_idx;


--
-- Name: event_20261213_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261213_received_at_idx;


--
-- Name: event_20261213_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261213_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261213_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261213_timestamp_utc_id_idx;


--
-- Name: event_20261213_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261213_tokens_idx;


--
-- Name: event_20261213_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261213_trace_id_timestamp_utc_id_idx;


--
-- Name: event_20261214_actor_id_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_actor ATTACH PARTITION logging.event_20261214_actor_id_id_idx;


--
-- Name: event_20261214_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_id ATTACH PARTITION logging.event_20261214_id_idx;


--
-- Name: event_20261214_received_at_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_received ATTACH PARTITION logging.event_20261214_received_at_idx;


--
-- Name: event_20261214_source_service_level_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_service ATTACH PARTITION logging.event_20261214_source_service_level_timestamp_utc_id_idx;


--
-- Name: event_20261214_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_time ATTACH PARTITION logging.event_20261214_timestamp_utc_id_idx;


--
-- Name: event_20261214_tokens_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_tokens ATTACH PARTITION logging.event_20261214_tokens_idx;


--
-- Name: event_20261214_trace_id_timestamp_utc_id_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.event_trace ATTACH PARTITION logging.event_20261214_trace_id_timestamp_utc_id_idx;


--
-- Name: rollup_20261129_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261129_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261129_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261129_pkey;


--
-- Name: rollup_20261130_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261130_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261130_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261130_pkey;


--
-- Name: rollup_20261201_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261201_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261201_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261201_pkey;


--
-- Name: rollup_20261202_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261202_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261202_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261202_pkey;


--
-- Name: rollup_20261203_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261203_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261203_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261203_pkey;


--
-- Name: rollup_20261204_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261204_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261204_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261204_pkey;


--
-- Name: rollup_20261205_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261205_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261205_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261205_pkey;


--
-- Name: rollup_20261206_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261206_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261206_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261206_pkey;


--
-- Name: rollup_20261207_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261207_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261207_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261207_pkey;


--
-- Name: rollup_20261208_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261208_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261208_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261208_pkey;


--
-- Name: rollup_20261209_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261209_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261209_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261209_pkey;


--
-- Name: rollup_20261210_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261210_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261210_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261210_pkey;


--
-- Name: rollup_20261211_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261211_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261211_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261211_pkey;


--
-- Name: rollup_20261212_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261212_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261212_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261212_pkey;


--
-- Name: rollup_20261213_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261213_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261213_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261213_pkey;


--
-- Name: rollup_20261214_bucket_day_level_service_module_outcome_cou_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_day ATTACH PARTITION logging.rollup_20261214_bucket_day_level_service_module_outcome_cou_idx;


--
-- Name: rollup_20261214_pkey; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.rollup_pkey ATTACH PARTITION logging.rollup_20261214_pkey;


--
-- Name: word_20261129_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261129_keys_idx;


--
-- Name: word_20261130_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261130_keys_idx;


--
-- Name: word_20261201_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261201_keys_idx;


--
-- Name: word_20261202_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261202_keys_idx;


--
-- Name: word_20261203_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261203_keys_idx;


--
-- Name: word_20261204_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261204_keys_idx;


--
-- Name: word_20261205_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261205_keys_idx;


--
-- Name: word_20261206_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261206_keys_idx;


--
-- Name: word_20261207_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261207_keys_idx;


--
-- Name: word_20261208_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261208_keys_idx;


--
-- Name: word_20261209_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261209_keys_idx;


--
-- Name: word_20261210_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261210_keys_idx;


--
-- Name: word_20261211_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261211_keys_idx;


--
-- Name: word_20261212_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261212_keys_idx;


--
-- Name: word_20261213_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261213_keys_idx;


--
-- Name: word_20261214_keys_idx; Type: INDEX ATTACH; Schema: logging; Owner: -
--

ALTER INDEX logging.word_keys ATTACH PARTITION logging.word_20261214_keys_idx;


--
-- Name: event_20261129_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261129_key_pos_idx;


--
-- Name: event_20261129_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261129_xid_pos_idx;


--
-- Name: event_20261130_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261130_key_pos_idx;


--
-- Name: event_20261130_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261130_xid_pos_idx;


--
-- Name: event_20261201_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261201_key_pos_idx;


--
-- Name: event_20261201_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261201_xid_pos_idx;


--
-- Name: event_20261202_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261202_key_pos_idx;


--
-- Name: event_20261202_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261202_xid_pos_idx;


--
-- Name: event_20261203_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261203_key_pos_idx;


--
-- Name: event_20261203_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261203_xid_pos_idx;


--
-- Name: event_20261204_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261204_key_pos_idx;


--
-- Name: event_20261204_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261204_xid_pos_idx;


--
-- Name: event_20261205_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261205_key_pos_idx;


--
-- Name: event_20261205_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261205_xid_pos_idx;


--
-- Name: event_20261206_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261206_key_pos_idx;


--
-- Name: event_20261206_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261206_xid_pos_idx;


--
-- Name: event_20261207_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261207_key_pos_idx;


--
-- Name: event_20261207_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261207_xid_pos_idx;


--
-- Name: event_20261208_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261208_key_pos_idx;


--
-- Name: event_20261208_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261208_xid_pos_idx;


--
-- Name: event_20261209_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261209_key_pos_idx;


--
-- Name: event_20261209_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261209_xid_pos_idx;


--
-- Name: event_20261210_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261210_key_pos_idx;


--
-- Name: event_20261210_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261210_xid_pos_idx;


--
-- Name: event_20261211_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261211_key_pos_idx;


--
-- Name: event_20261211_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261211_xid_pos_idx;


--
-- Name: event_20261212_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261212_key_pos_idx;


--
-- Name: event_20261212_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261212_xid_pos_idx;


--
-- Name: event_20261213_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261213_key_pos_idx;


--
-- Name: event_20261213_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261213_xid_pos_idx;


--
-- Name: event_20261214_key_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_key ATTACH PARTITION platform.event_20261214_key_pos_idx;


--
-- Name: event_20261214_xid_pos_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_xid ATTACH PARTITION platform.event_20261214_xid_pos_idx;


--
-- Name: inbox_20261129_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261129_pkey;


--
-- Name: inbox_20261130_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261130_pkey;


--
-- Name: inbox_20261201_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261201_pkey;


--
-- Name: inbox_20261202_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261202_pkey;


--
-- Name: inbox_20261203_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261203_pkey;


--
-- Name: inbox_20261204_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261204_pkey;


--
-- Name: inbox_20261205_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261205_pkey;


--
-- Name: inbox_20261206_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261206_pkey;


--
-- Name: inbox_20261207_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261207_pkey;


--
-- Name: inbox_20261208_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261208_pkey;


--
-- Name: inbox_20261209_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261209_pkey;


--
-- Name: inbox_20261210_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261210_pkey;


--
-- Name: inbox_20261211_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261211_pkey;


--
-- Name: inbox_20261212_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261212_pkey;


--
-- Name: inbox_20261213_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261213_pkey;


--
-- Name: inbox_20261214_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.inbox_pkey ATTACH PARTITION platform.inbox_20261214_pkey;


--
-- Name: archive archive_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER archive_append_only BEFORE DELETE OR UPDATE ON audit.archive FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: archive archive_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER archive_no_truncate BEFORE TRUNCATE ON audit.archive FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: checkpoint checkpoint_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER checkpoint_append_only BEFORE DELETE OR UPDATE ON audit.checkpoint FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: checkpoint checkpoint_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON audit.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: entry entry_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER entry_append_only BEFORE UPDATE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: entry entry_dropped; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER entry_dropped BEFORE DELETE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse_drop();


--
-- Name: entry entry_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: head head_grows; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER head_grows BEFORE UPDATE ON audit.head FOR EACH ROW WHEN ((new.size < old.size)) EXECUTE FUNCTION audit.refuse_change();


--
-- Name: head head_kept; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER head_kept BEFORE DELETE ON audit.head FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: head head_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON audit.head FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: restoration restoration_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER restoration_append_only BEFORE DELETE OR UPDATE ON audit.restoration FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: restoration restoration_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER restoration_no_truncate BEFORE TRUNCATE ON audit.restoration FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: seal seal_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER seal_append_only BEFORE UPDATE ON audit.seal FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: seal seal_dropped; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER seal_dropped BEFORE DELETE ON audit.seal FOR EACH ROW EXECUTE FUNCTION audit.refuse_drop();


--
-- Name: seal seal_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON audit.seal FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: signing_key signing_key_fixed; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER signing_key_fixed BEFORE UPDATE ON audit.signing_key FOR EACH ROW WHEN ((((((new.key_id IS DISTINCT FROM old.key_id) OR (new.name IS DISTINCT FROM old.name)) OR (new.public_key IS DISTINCT FROM old.public_key)) OR (new.handover IS DISTINCT FROM old.handover)) OR (new.created_at IS DISTINCT FROM old.created_at))) EXECUTE FUNCTION audit.refuse_change();


--
-- Name: signing_key signing_key_kept; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER signing_key_kept BEFORE DELETE ON audit.signing_key FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: signing_key signing_key_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER signing_key_no_truncate BEFORE TRUNCATE ON audit.signing_key FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: tree tree_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tree_append_only BEFORE DELETE OR UPDATE ON audit.tree FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();


--
-- Name: tree tree_no_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tree_no_truncate BEFORE TRUNCATE ON audit.tree FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();


--
-- Name: upload_part upload_part_removed; Type: TRIGGER; Schema: files; Owner: -
--

CREATE TRIGGER upload_part_removed AFTER DELETE ON files.upload_part FOR EACH ROW EXECUTE FUNCTION files.remove_part();


--
-- Name: upload upload_presigned_removed; Type: TRIGGER; Schema: files; Owner: -
--

CREATE TRIGGER upload_presigned_removed AFTER DELETE ON files.upload FOR EACH ROW WHEN ((old.kind = 'presigned'::text)) EXECUTE FUNCTION files.remove_presigned();


--
-- Name: message report_delete; Type: TRIGGER; Schema: notifications; Owner: -
--

CREATE TRIGGER report_delete AFTER DELETE ON notifications.message FOR EACH ROW EXECUTE FUNCTION notifications.note_report_change();


--
-- Name: message report_insert; Type: TRIGGER; Schema: notifications; Owner: -
--

CREATE TRIGGER report_insert AFTER INSERT ON notifications.message FOR EACH ROW EXECUTE FUNCTION notifications.note_report_change();


--
-- Name: message report_update; Type: TRIGGER; Schema: notifications; Owner: -
--

CREATE TRIGGER report_update AFTER UPDATE ON notifications.message FOR EACH ROW WHEN ((((old.status IS DISTINCT FROM new.status) OR (old.provider IS DISTINCT FROM new.provider)) OR (old.sent_at IS DISTINCT FROM new.sent_at))) EXECUTE FUNCTION notifications.note_report_change();


--
-- Name: payload payload_entry_id_fkey; Type: FK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.payload
    ADD CONSTRAINT payload_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES audit.entry(id);


--
-- Name: access_entry access_entry_role_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".access_entry
    ADD CONSTRAINT access_entry_role_id_fkey FOREIGN KEY (role_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: access_entry access_entry_user_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".access_entry
    ADD CONSTRAINT access_entry_user_id_fkey FOREIGN KEY (user_id) REFERENCES "authorization".subject(user_id) ON DELETE CASCADE;


--
-- Name: role_inclusion role_inclusion_included_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_inclusion
    ADD CONSTRAINT role_inclusion_included_id_fkey FOREIGN KEY (included_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: role_inclusion role_inclusion_role_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_inclusion
    ADD CONSTRAINT role_inclusion_role_id_fkey FOREIGN KEY (role_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: role_permission role_permission_role_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_permission
    ADD CONSTRAINT role_permission_role_id_fkey FOREIGN KEY (role_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: role_reach role_reach_reached_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_reach
    ADD CONSTRAINT role_reach_reached_id_fkey FOREIGN KEY (reached_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: role_reach role_reach_role_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".role_reach
    ADD CONSTRAINT role_reach_role_id_fkey FOREIGN KEY (role_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: subject_denial subject_denial_user_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_denial
    ADD CONSTRAINT subject_denial_user_id_fkey FOREIGN KEY (user_id) REFERENCES "authorization".subject(user_id) ON DELETE CASCADE;


--
-- Name: subject_grant subject_grant_user_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_grant
    ADD CONSTRAINT subject_grant_user_id_fkey FOREIGN KEY (user_id) REFERENCES "authorization".subject(user_id) ON DELETE CASCADE;


--
-- Name: subject_role subject_role_role_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_role
    ADD CONSTRAINT subject_role_role_id_fkey FOREIGN KEY (role_id) REFERENCES "authorization".role(id) ON DELETE CASCADE;


--
-- Name: subject_role subject_role_user_id_fkey; Type: FK CONSTRAINT; Schema: authorization; Owner: -
--

ALTER TABLE ONLY "authorization".subject_role
    ADD CONSTRAINT subject_role_user_id_fkey FOREIGN KEY (user_id) REFERENCES "authorization".subject(user_id) ON DELETE CASCADE;


--
-- Name: file file_blob_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.file
    ADD CONSTRAINT file_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES files.blob(id);


--
-- Name: file file_folder_of_owner; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.file
    ADD CONSTRAINT file_folder_of_owner FOREIGN KEY (folder_id, owner_id) REFERENCES files.folder(id, owner_id) ON DELETE SET NULL (folder_id);


--
-- Name: file file_version_of_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.file
    ADD CONSTRAINT file_version_of_fkey FOREIGN KEY (version_of) REFERENCES files.file(id);


--
-- Name: folder folder_parent_id_owner_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.folder
    ADD CONSTRAINT folder_parent_id_owner_id_fkey FOREIGN KEY (parent_id, owner_id) REFERENCES files.folder(id, owner_id) ON DELETE SET NULL (parent_id);


--
-- Name: folder_work folder_work_folder_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.folder_work
    ADD CONSTRAINT folder_work_folder_id_fkey FOREIGN KEY (folder_id) REFERENCES files.folder(id) ON DELETE CASCADE;


--
-- Name: link_attempt link_attempt_link_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link_attempt
    ADD CONSTRAINT link_attempt_link_id_fkey FOREIGN KEY (link_id) REFERENCES files.link(id) ON DELETE CASCADE;


--
-- Name: link link_file_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link
    ADD CONSTRAINT link_file_id_fkey FOREIGN KEY (file_id) REFERENCES files.file(id) ON DELETE CASCADE;


--
-- Name: link link_folder_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link
    ADD CONSTRAINT link_folder_id_fkey FOREIGN KEY (folder_id) REFERENCES files.folder(id) ON DELETE CASCADE;


--
-- Name: link_use link_use_link_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.link_use
    ADD CONSTRAINT link_use_link_id_fkey FOREIGN KEY (link_id) REFERENCES files.link(id) ON DELETE CASCADE;


--
-- Name: upload upload_file_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.upload
    ADD CONSTRAINT upload_file_id_fkey FOREIGN KEY (file_id) REFERENCES files.file(id) ON DELETE CASCADE;


--
-- Name: upload_part upload_part_upload_id_fkey; Type: FK CONSTRAINT; Schema: files; Owner: -
--

ALTER TABLE ONLY files.upload_part
    ADD CONSTRAINT upload_part_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES files.upload(id) ON DELETE CASCADE;


--
-- Name: incident_step incident_step_incident_id_fkey; Type: FK CONSTRAINT; Schema: logging; Owner: -
--

ALTER TABLE ONLY logging.incident_step
    ADD CONSTRAINT incident_step_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES logging.incident(id);


--
-- Name: attempt attempt_message_id_fkey; Type: FK CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.attempt
    ADD CONSTRAINT attempt_message_id_fkey FOREIGN KEY (message_id) REFERENCES notifications.message(id) ON DELETE CASCADE;


--
-- Name: schedule schedule_notification_id_fkey; Type: FK CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.schedule
    ADD CONSTRAINT schedule_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notifications.message(id) ON DELETE CASCADE;


--
-- Name: template_revision template_revision_template_id_fkey; Type: FK CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.template_revision
    ADD CONSTRAINT template_revision_template_id_fkey FOREIGN KEY (template_id) REFERENCES notifications.template(id);


--
-- Name: replay_message replay_message_replay_id_fkey; Type: FK CONSTRAINT; Schema: observability; Owner: -
--

ALTER TABLE ONLY observability.replay_message
    ADD CONSTRAINT replay_message_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES observability.replay(id) ON DELETE CASCADE;


--
-- Name: dependency dependency_depends_on_job_id_fkey; Type: FK CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.dependency
    ADD CONSTRAINT dependency_depends_on_job_id_fkey FOREIGN KEY (depends_on_job_id) REFERENCES scheduler.job(id) ON DELETE CASCADE;


--
-- Name: dependency dependency_job_id_fkey; Type: FK CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.dependency
    ADD CONSTRAINT dependency_job_id_fkey FOREIGN KEY (job_id) REFERENCES scheduler.job(id) ON DELETE CASCADE;


--
-- Name: execution execution_job_id_fkey; Type: FK CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.execution
    ADD CONSTRAINT execution_job_id_fkey FOREIGN KEY (job_id) REFERENCES scheduler.job(id) ON DELETE CASCADE;


--
-- Name: schedule schedule_job_id_fkey; Type: FK CONSTRAINT; Schema: scheduler; Owner: -
--

ALTER TABLE ONLY scheduler.schedule
    ADD CONSTRAINT schedule_job_id_fkey FOREIGN KEY (job_id) REFERENCES scheduler.job(id) ON DELETE CASCADE;


--
-- Name: api_key api_key_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.api_key
    ADD CONSTRAINT api_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: challenge challenge_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.challenge
    ADD CONSTRAINT challenge_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: code code_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.code
    ADD CONSTRAINT code_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: device device_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.device
    ADD CONSTRAINT device_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: email_change email_change_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.email_change
    ADD CONSTRAINT email_change_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: external_identity external_identity_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.external_identity
    ADD CONSTRAINT external_identity_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: invitation invitation_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.invitation
    ADD CONSTRAINT invitation_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: lockout lockout_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.lockout
    ADD CONSTRAINT lockout_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: passkey passkey_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.passkey
    ADD CONSTRAINT passkey_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: password_history password_history_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.password_history
    ADD CONSTRAINT password_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: recovery_code recovery_code_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.recovery_code
    ADD CONSTRAINT recovery_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: session session_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.session
    ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: totp totp_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.totp
    ADD CONSTRAINT totp_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: unfolded_address unfolded_address_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.unfolded_address
    ADD CONSTRAINT unfolded_address_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- Name: wrong_guess wrong_guess_user_id_fkey; Type: FK CONSTRAINT; Schema: users; Owner: -
--

ALTER TABLE ONLY users.wrong_guess
    ADD CONSTRAINT wrong_guess_user_id_fkey FOREIGN KEY (user_id) REFERENCES users."user"(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


