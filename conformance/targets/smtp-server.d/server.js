// A mail server as applications build one from the package smtp-server: settings become its options, its hooks look up accounts, and
// mail goes to Maildirs or, at once, to the relay host with nodemailer, which the package depends on. Reports and a queue
// are an application's own, and there are none here. The trace fields say what the package knows of the session.
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { SMTPServer } = require('smtp-server')
const nodemailer = require('nodemailer')

const setting = name => process.env[`SMTPSPEC_${name}`]
const on = name => setting(name) === 'true'
const words = name => setting(name).split(' ').filter(Boolean)
const refusal = (responseCode, message) => Object.assign(new Error(message), { responseCode })

const mailboxes = new Map() // address -> user
const passwords = new Map()
for (const line of fs.readFileSync(setting('ACCOUNTS_FILE'), 'utf8').split('\n').filter(Boolean)) {
    const [user, password, addresses] = line.split(':')
    passwords.set(user.toLowerCase(), password)
    for (const address of addresses.split(',')) mailboxes.set(address.toLowerCase(), user)
}
const admin = mailboxes.get(setting('GENERAL_ADMIN_EMAIL').toLowerCase())
if (setting('SMTP_OUTGOING_ACCESS_LOGINS') === 'only') {
    passwords.clear()
    passwords.set(setting('SMTP_OUTGOING_ACCESS_USER').toLowerCase(), setting('SMTP_OUTGOING_ACCESS_PASSWORD'))
}
const domains = [...words('GENERAL_LOCAL_DOMAINS'), setting('GENERAL_PRIMARY_DOMAIN')].map(domain => domain.toLowerCase())
const isHosted = address => !address.includes('@') || domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase())
const mailbox = address => mailboxes.get(address.toLowerCase()) ?? (/^postmaster(@|$)/i.test(address) ? admin : undefined)

const family = address => (address.includes(':') ? 'ipv6' : 'ipv4')
const plain = address => address.replace(/^::ffff:(?=\d+\.)/i, '')
const blockList = entries => {
    const lists = { ipv4: new net.BlockList(), ipv6: new net.BlockList() } // one for both would find IPv4 in ::/0
    for (const entry of entries) {
        const [first, last] = entry.split('-').map(plain)
        const [block, bits] = first.split('/')
        const list = lists[family(first)]
        if (last) list.addRange(first, last, family(first))
        else if (bits) list.addSubnet(block, Number(bits), family(block))
        else list.addAddress(first, family(first))
    }
    return address => lists[family(address)].check(address, family(address))
}
const isLocal = blockList(Object.values(os.networkInterfaces()).flat().map(({ address }) => address.split('%')[0]))
const isListedSafe = blockList(words('SMTP_OUTGOING_ACCESS_SAFE_IPS'))
const isInRange = blockList(words('SMTP_OUTGOING_ACCESS_IP_RANGES'))
const isSafe = ip => isListedSafe(ip) || (on('SMTP_OUTGOING_ACCESS_ALLOW_LOCAL_IPS') && isLocal(ip))
const isRefused = ip => !isSafe(ip) && ((on('SMTP_OUTGOING_ACCESS_BLOCK_LOCAL_IPS') && isLocal(ip)) ||
    (on('SMTP_OUTGOING_ACCESS_IP_RANGE_CONTROL') && !isInRange(ip)))

const received = session => Buffer.from(
    `Received: from ${session.hostNameAppearsAs} ([${net.isIPv6(plain(session.remoteAddress)) ? 'IPv6:' : ''}${plain(session.remoteAddress)}])\r\n` +
    `\tby ${setting('GENERAL_PRIMARY_DOMAIN')} with ${session.transmissionType} id ${session.id};\r\n` +
    `\t${new Date().toUTCString().replace('GMT', '+0000')}\r\n`)
let stored = 0
const store = (user, content) => {
    const folder = path.join(setting('MAILDIR_ROOT'), user)
    for (const part of ['tmp', 'new', 'cur']) fs.mkdirSync(path.join(folder, part), { recursive: true })
    const name = `${Date.now()}.${process.pid}_${++stored}.${os.hostname()}`
    fs.writeFileSync(path.join(folder, 'tmp', name), content)
    fs.renameSync(path.join(folder, 'tmp', name), path.join(folder, 'new', name))
}
const relayUser = setting('OUTGOING_MAIL_RELAY_USER')
const next = nodemailer.createTransport({ host: setting('OUTGOING_MAIL_RELAY_HOST'), port: Number(setting('OUTGOING_MAIL_RELAY_PORT')),
    name: setting('GENERAL_PRIMARY_DOMAIN'), secure: false, tls: { rejectUnauthorized: false }, connectionTimeout: 10000,
    auth: relayUser ? { user: relayUser, pass: setting('OUTGOING_MAIL_RELAY_PASSWORD') } : undefined })

const servers = []
const serve = (port, ip, incoming, outgoing, secure) => {
    const needsLogin = outgoing && on('SMTP_OUTGOING_ACCESS_AUTHENTICATION')
    const hasTls = Boolean(setting('TLS_CERTIFICATE'))
    const certificate = hasTls ? { cert: fs.readFileSync(setting('TLS_CERTIFICATE')), key: fs.readFileSync(setting('TLS_PRIVATE_KEY')) } : {}
    const server = new SMTPServer({
        name: setting('GENERAL_PRIMARY_DOMAIN'), secure, ...certificate, disableReverseLookup: true, closeTimeout: 1,
        size: Number(setting('GENERAL_MAX_MAIL_SIZE')), rejectOversized: true, hideENHANCEDSTATUSCODES: false,
        maxClients: Number(setting('SMTP_MAX_CONNECTIONS_PER_PORT')), maxRecipients: Number(setting('SMTP_MAX_RECIPIENTS_PER_MAIL')),
        disabledCommands: [...(needsLogin ? [] : ['AUTH']), ...(hasTls ? [] : ['STARTTLS'])], authOptional: true,
        authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], allowInsecureAuth: !on('TLS_REQUIRED_FOR_AUTHENTICATION'),
        onConnect: (session, done) => done(!incoming && isRefused(plain(session.remoteAddress)) ? refusal(421, 'Not from this address') : null),
        onAuth({ username, password, authzid, validatePassword }, session, done) {
            const known = passwords.get(username.toLowerCase())
            const right = known !== undefined && (!authzid || authzid === username) && (validatePassword ? validatePassword(known) : password === known)
            done(null, right ? { user: username } : { responseCode: 535, message: 'Wrong user name or password' })
        },
        onMailFrom(address, session, done) {
            done(!incoming && needsLogin && !session.user && !isSafe(plain(session.remoteAddress)) ? refusal(530, 'Log in first') : null)
        },
        onRcptTo({ address }, session, done) {
            const ip = plain(session.remoteAddress)
            if (isHosted(address)) return done(mailbox(address) ? null : refusal(550, 'No such mailbox'))
            if (!outgoing || isRefused(ip)) return done(refusal(550, 'No relaying'))
            if (needsLogin && !session.user && !isSafe(ip)) return done(refusal(530, 'Log in first'))
            done(on('OUTGOING_MAIL_ENABLED') ? null : refusal(451, 'The outgoing mail service is off'))
        },
        onData(stream, session, done) {
            const chunks = []
            stream.on('error', () => {}) // the client went away
            stream.on('data', chunk => chunks.push(chunk))
            stream.on('end', () => {
                if (stream.sizeExceeded) return done() // the package refuses it
                const raw = Buffer.concat([received(session), ...chunks])
                const recipients = session.envelope.rcptTo.map(({ address }) => address)
                new Set(recipients.filter(isHosted).map(mailbox)).forEach(user =>
                    store(user, Buffer.concat([Buffer.from(`Return-Path: <${session.envelope.mailFrom.address}>\r\n`), raw])))
                const to = recipients.filter(address => !isHosted(address))
                if (to.length === 0) return done()
                next.sendMail({ envelope: { from: session.envelope.mailFrom.address, to }, raw }, error =>
                    done(error ? refusal(error.responseCode || 451, 'The next hop does not take it') : null))
            })
        },
    })
    server.on('error', error => {
        if (error.syscall !== 'listen' && error.code !== 'ENOTFOUND' && error.code !== 'EAI_AGAIN') return
        console.error(`${ip || 'all addresses'}, port ${port}: ${error.message}`)
        process.exit(1)
    })
    server.listen(port, ip || undefined)
    servers.push(server)
}
const outgoing = on('SMTP_OUTGOING_ENABLED')
const incomingPort = Number(setting('SMTP_INCOMING_PORT'))
const outgoingPort = Number(setting('SMTP_OUTGOING_PORT'))
const implicitPort = Number(setting('TLS_IMPLICIT_PORT'))
serve(incomingPort, setting('SMTP_INCOMING_LISTEN_IP'), true, outgoing && incomingPort === outgoingPort, false)
if (outgoing && incomingPort !== outgoingPort) serve(outgoingPort, setting('SMTP_OUTGOING_LISTEN_IP'), false, true, false)
if (outgoing && implicitPort) serve(implicitPort, setting('SMTP_OUTGOING_LISTEN_IP'), false, true, true)

process.on('SIGHUP', () => {}) // the settings are read once
process.on('SIGTERM', () => {
    let open = servers.length
    servers.forEach(server => server.close(() => --open || setTimeout(() => process.exit(0), 100)))
})
