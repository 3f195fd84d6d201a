import type { SdkProps } from '../botpress'
import { safely } from '../platform/handle'
import { deliver } from './deliver'

/** One handler per message type of the `hitl` channel. */
export const hitlMessages: SdkProps['channels']['hitl']['messages'] = {
  text: safely((props) => deliver(props, { type: 'text', payload: props.payload })),
  image: safely((props) => deliver(props, { type: 'image', payload: props.payload })),
  audio: safely((props) => deliver(props, { type: 'audio', payload: props.payload })),
  video: safely((props) => deliver(props, { type: 'video', payload: props.payload })),
  file: safely((props) => deliver(props, { type: 'file', payload: props.payload })),
  bloc: safely((props) => deliver(props, { type: 'bloc', payload: props.payload })),
}
