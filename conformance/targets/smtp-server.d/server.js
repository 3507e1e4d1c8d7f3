// A mail server as applications build one from the package smtp-server: settings become its options, its hooks look up accounts, and
// mail goes to Maildirs or, at once, to the relay host with nodemailer, which the package depends on. Reports and a queue
// are an application's own, and there are none here. The trace fields say what the package knows of the session.
const fs = require('node:fs')
const net = require('node:net')
const { domainToUnicode } = require('node:url')
const { SMTPServer } = require('smtp-server')
const nodemailer = require('nodemailer')
const { randomUUID } = require('node:crypto')
const { setting, on, passwordOf, isHosted, isPartial, mailbox, plain, isSafe, isRefused, fieldsOf, has, deliver } = require('../common/settings.js')

const refusal = (responseCode, message) => Object.assign(new Error(message), { responseCode })
const isInternational = session => Boolean(session.envelope.mailFrom?.args?.SMTPUTF8)
const named = session => (isInternational(session) && domainToUnicode(session.hostNameAppearsAs)) || session.hostNameAppearsAs
const protocol = session => (isInternational(session) ? session.transmissionType.replace(/^E/, 'UTF8') : session.transmissionType) +
    (session.tlsOptions?.standardName ? ` tls ${session.tlsOptions.standardName}` : '')
const received = session => Buffer.from(
    `Received: from ${named(session)} ([${net.isIPv6(plain(session.remoteAddress)) ? 'IPv6:' : ''}${plain(session.remoteAddress)}])\r\n` +
    `\tby ${setting('GENERAL_PRIMARY_DOMAIN')} with ${protocol(session)} id ${session.id};\r\n` +
    `\t${new Date().toUTCString().replace('GMT', '+0000')}\r\n`)
// What RFC 5322 demands of a message and a client left to the submission service.
const completed = content => {
    const { fields } = fieldsOf(content)
    const date = has(fields, 'date') ? '' : `Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
    const id = has(fields, 'message-id') ? '' : `Message-ID: <${randomUUID()}@${setting('GENERAL_PRIMARY_DOMAIN')}>\r\n`
    return Buffer.concat([Buffer.from(date + id), content])
}
const maxRecipients = Number(setting('SMTP_MAX_RECIPIENTS_PER_MAIL'))
const taken = new WeakMap() // envelope -> how many recipients: the package counts a name that comes again once only
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
        maxClients: Number(setting('SMTP_MAX_CONNECTIONS_PER_PORT')), maxRecipients,
        disabledCommands: [...(needsLogin ? [] : ['AUTH']), ...(hasTls ? [] : ['STARTTLS'])], authOptional: true,
        authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], allowInsecureAuth: !on('TLS_REQUIRED_FOR_AUTHENTICATION'),
        onConnect: (session, done) => done(!incoming && isRefused(session.remoteAddress) ? refusal(421, 'Not from this address') : null),
        onAuth({ username, password, authzid, validatePassword }, session, done) {
            const known = passwordOf(username)
            const right = known !== undefined && (!authzid || authzid === username) && (validatePassword ? validatePassword(known) : password === known)
            done(null, right ? { user: username } : { responseCode: 535, message: 'Wrong user name or password' })
        },
        onMailFrom(address, session, done) {
            done(!incoming && needsLogin && !session.user && !isSafe(session.remoteAddress) ? refusal(530, 'Log in first') : null)
        },
        onRcptTo({ address }, session, done) {
            const ip = session.remoteAddress
            const count = taken.get(session.envelope) ?? 0
            if (count >= maxRecipients) return done(refusal(452, 'Too many recipients'))
            const end = done
            done = error => {
                if (!error) taken.set(session.envelope, count + 1)
                end(error)
            }
            if (isHosted(address)) return done(mailbox(address) ? null : refusal(550, 'No such mailbox'))
            if (!outgoing || isRefused(ip)) return done(refusal(550, 'No relaying'))
            if (needsLogin && !session.user && !isSafe(ip)) return done(refusal(530, 'Log in first'))
            if (isPartial(address)) return done(refusal(554, 'A domain with a dot is needed'))
            done(on('OUTGOING_MAIL_ENABLED') ? null : refusal(451, 'The outgoing mail service is off'))
        },
        onData(stream, session, done) {
            const chunks = []
            stream.on('error', () => {}) // the client went away
            stream.on('data', chunk => chunks.push(chunk))
            stream.on('end', () => {
                if (stream.sizeExceeded) return done() // the package refuses it
                const content = Buffer.concat(chunks)
                if (fieldsOf(content).fields.filter(field => /^received:/i.test(field)).length > 100) return done(refusal(554, 'Too many hops'))
                const submitted = outgoing && (!incoming || session.user)
                const raw = Buffer.concat([received(session), submitted ? completed(content) : content])
                const recipients = session.envelope.rcptTo.map(({ address }) => address)
                deliver(session.envelope.mailFrom.address, recipients.filter(isHosted), raw)
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
