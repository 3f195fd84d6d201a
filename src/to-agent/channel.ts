import { safely } from '../platform/handle'
import { channelOf } from '../platform/sdk'
import { deliver } from './deliver'

/** The `hitl` channel: one handler for each type of message. */
export const hitlChannel = channelOf({
  text: safely((props) => deliver(props, { type: 'text', payload: props.payload })),
  image: safely((props) => deliver(props, { type: 'image', payload: props.payload })),
  audio: safely((props) => deliver(props, { type: 'audio', payload: props.payload })),
  video: safely((props) => deliver(props, { type: 'video', payload: props.payload })),
  file: safely((props) => deliver(props, { type: 'file', payload: props.payload })),
  bloc: safely((props) => deliver(props, { type: 'bloc', payload: props.payload })),
})
